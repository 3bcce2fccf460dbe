// Says that the draft is saved, and when.
import type { JSX } from 'react';
import { clock } from '../../kit/format';
import { useText } from '../../kit/language';
import { formTexts } from './texts';
import type { DraftState } from './useDraft';

export interface DraftStatusProps {
  readonly state: DraftState;
}

export function DraftStatus({ state }: DraftStatusProps): JSX.Element {
  const t = useText(formTexts);
  const time = state.at ? clock(state.at) : '';
  const words = {
    none: t('draftNone'),
    saving: t('draftSaving'),
    saved: t('draftSaved', { time }),
    local: t('draftLocal', { time }),
  };
  return (
    <span className="quiet draft-status" role="status">
      {words[state.status]}
    </span>
  );
}
