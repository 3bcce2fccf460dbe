// The number and the code, large enough to photograph.
import { useState, type JSX } from 'react';
import { useText } from '../kit/language';
import { intakeTexts } from './texts';
import type { Receipt } from './types';

export interface ReceiptCardProps {
  readonly receipt: Receipt;
  readonly done: string;
  readonly onAnother: () => void;
}

export function ReceiptCard({ receipt, done, onAnother }: ReceiptCardProps): JSX.Element {
  const t = useText(intakeTexts);
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(
      `${t('number')} ${receipt.number}  ${t('code')} ${receipt.code}`,
    );
    setCopied(true);
  };
  return (
    <section className="receipt" role="status" aria-label={t('sent')}>
      <h1>{t('sent')}</h1>
      <p>{done}</p>
      <dl>
        <dt>{t('number')}</dt>
        <dd>{receipt.number}</dd>
        <dt>{t('code')}</dt>
        <dd>{receipt.code.slice(0, 4) + ' ' + receipt.code.slice(4)}</dd>
      </dl>
      <p className="hint">{t('keepHint')}</p>
      <button type="button" className="main-action" onClick={() => void copy()}>
        {copied ? t('copied') : t('copy')}
      </button>
      <button type="button" className="link" onClick={onAnother}>
        {t('another')}
      </button>
    </section>
  );
}
