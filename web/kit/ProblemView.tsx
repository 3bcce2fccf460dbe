// What happened, why, and what to do; the technical part folds away.
import type { JSX } from 'react';
import { asProblem, type Problem } from '../client/problem';
import { Icon } from './Icon';
import './kit.css';
import { useText } from './language';
import { kitTexts } from './texts';

type Kind = 'network' | 'notFound' | 'forbidden' | 'unavailable' | 'failed';

function kindOf(problem: Problem): Kind {
  if (problem.code === 'NETWORK') return 'network';
  if (problem.status === 404) return 'notFound';
  if (problem.status === 403) return 'forbidden';
  return problem.status === 503 ? 'unavailable' : 'failed';
}

export interface ProblemViewProps {
  readonly problem: unknown;
  readonly onRetry?: () => void;
}

export function ProblemView({ problem: thrown, onRetry }: ProblemViewProps): JSX.Element {
  const t = useText(kitTexts);
  const problem = asProblem(thrown);
  const kind = kindOf(problem);
  // Asking again brings the same answer, and the server's sentence says it all.
  const settled = kind === 'notFound' || kind === 'forbidden';
  const { title, detail, request_id } = problem.body;
  return (
    <section className="problem" role="alert">
      <Icon name="warning" size={22} />
      <div>
        <h2>{t(kind)}</h2>
        <p>{title ?? t(`${kind}Hint`)}</p>
        {title && !settled && <p className="quiet">{t(`${kind}Hint`)}</p>}
        <p className="problem-actions">
          {onRetry && !settled && (
            <button type="button" className="plain-button" onClick={onRetry}>
              {t('retry')}
            </button>
          )}
          {settled && (
            <a className="plain-button" href="/">
              {t('home')}
            </a>
          )}
        </p>
        <details>
          <summary>{t('details')}</summary>
          <code>
            {problem.status} {problem.code}
            {request_id ? ` · ${t('requestId')} ${request_id}` : ''}
            {detail ? ` · ${detail}` : ''}
          </code>
        </details>
      </div>
    </section>
  );
}
