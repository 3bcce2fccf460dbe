// A page that failed, and an address that leads nowhere.
import type { JSX } from 'react';
import { Link } from 'react-router';
import { Empty } from '../kit/Empty';
import { useText } from '../kit/language';
import { appTexts } from './texts';

export interface CrashedProps {
  readonly error: unknown;
}

export function Crashed({ error }: CrashedProps): JSX.Element {
  const t = useText(appTexts);
  return (
    <Empty icon="warning" title={t('crashed')} hint={t('crashedHint')}>
      <button type="button" className="plain-button" onClick={() => location.reload()}>
        {t('reload')}
      </button>
      <details>
        <summary>…</summary>
        <code>{error instanceof Error ? error.message : String(error)}</code>
      </details>
    </Empty>
  );
}

export function NoPage(): JSX.Element {
  const t = useText(appTexts);
  return (
    <Empty icon="search" title={t('noPage')} hint={t('noPageHint')}>
      <Link to="/">{t('toHome')}</Link>
    </Empty>
  );
}

export function Refused(): JSX.Element {
  const t = useText(appTexts);
  return (
    <Empty icon="key" title={t('refused')} hint={t('refusedHint')}>
      <Link to="/">{t('toHome')}</Link>
    </Empty>
  );
}
