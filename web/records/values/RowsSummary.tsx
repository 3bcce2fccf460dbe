// Child rows in a few words, one line each.
import type { JSX } from 'react';
import type { Rows, Values } from '../../client/types';
import { useText } from '../../kit/language';
import { recordTexts } from '../texts';
import { FieldValue, isBlank } from './FieldValue';

export interface RowsSummaryProps {
  readonly rows: Rows;
  readonly values: readonly Values[];
}

export function RowsSummary({ rows, values }: RowsSummaryProps): JSX.Element {
  const t = useText(recordTexts);
  if (values.length === 0) return <span className="quiet">{t('none')}</span>;
  return (
    <ul>
      {values.map((row, at) => (
        <li key={String(row.id ?? at)}>
          {rows.fields
            .filter((field) => !isBlank(row[field.name]))
            .slice(0, 6)
            .map((field, index) => (
              <span key={field.name}>
                {index > 0 && ' · '}
                <FieldValue field={field} value={row[field.name]} plain />
              </span>
            ))}
        </li>
      ))}
    </ul>
  );
}
