import { wordOf, type Translate } from '../../kit/language';
import type { DetailKey } from './texts';
import { zh } from './zh';

// The kernel's own acts have words; an act of a workflow is named by its definition.
export function actionTitle(action: string, t: Translate<DetailKey>): string {
  return wordOf(zh, t, 'act_', action);
}
