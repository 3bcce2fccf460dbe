// Why a sign-in failed, in the person's words.
import type { Translate } from '../kit/language';
import type { Problem } from '../client/problem';
import type { SignInKey } from './texts';

export function reasonOf(problem: Problem, t: Translate<SignInKey>): string {
  switch (problem.code) {
    case 'AUTH_FAILED': {
      const remaining = problem.parameter('remaining');
      const wrong = t('wrong');
      return remaining === undefined ? wrong : `${wrong}${t('remaining', { count: remaining })}`;
    }
    case 'AUTH_LOCKED': {
      const minutes = problem.parameter('minutes');
      return minutes === undefined ? t('lockedForever') : t('locked', { minutes });
    }
    case 'AUTH_EXPIRED':
      return t('expired');
    case 'AUTH_THROTTLED':
      return t('throttled');
    case 'NETWORK':
      return t('network');
    default:
      return problem.body.title ?? problem.body.detail ?? t('network');
  }
}
