// The deadline light: word, colour and shape together, never colour alone.
import type { JSX } from 'react';
import './kit.css';
import { useText } from './language';
import { kitTexts } from './texts';

export interface LightProps {
  readonly dueAt: string;
  readonly overdueDays: number;
  readonly now?: Date;
}

const dayMs = 86_400_000;

export function Light({ dueAt, overdueDays, now = new Date() }: LightProps): JSX.Element {
  const t = useText(kitTexts);
  const left = Math.ceil((new Date(dueAt).getTime() - now.getTime()) / dayMs);
  if (overdueDays > 0)
    return (
      <span className="light overdue">
        <i aria-hidden>■</i>
        {t('overdue', { days: overdueDays })}
      </span>
    );
  if (left <= 1)
    return (
      <span className="light red">
        <i aria-hidden>▲</i>
        {t('dueRed')}
      </span>
    );
  const days = left - 1;
  return (
    <span className={days <= 3 ? 'light yellow' : 'light green'}>
      <i aria-hidden>{days <= 3 ? '◆' : '●'}</i>
      {t(days <= 3 ? 'dueYellow' : 'dueGreen', { days })}
    </span>
  );
}
