// Child rows as a table with only the columns that hold something; cards on a phone.
import type { JSX } from 'react';
import type { Rows, Values } from '../../client/types';
import { titleOf, useText } from '../../kit/language';
import { isNumber } from '../fields';
import { FieldValue, isBlank } from '../values/FieldValue';
import { detailTexts } from './texts';

export interface RowsTableProps {
  readonly rows: Rows;
  readonly values: readonly Values[];
}

export function RowsTable({ rows, values }: RowsTableProps): JSX.Element {
  const t = useText(detailTexts);
  const title = titleOf(rows.title);
  const fields = rows.fields.filter((field) => values.some((row) => !isBlank(row[field.name])));
  return (
    <div className="facts-rows">
      <h3>
        {title} <span className="quiet">{values.length || t('rowsNone')}</span>
      </h3>
      {values.length > 0 && (
        <div className="facts-scroll" tabIndex={0} role="region" aria-label={title}>
          <table>
            <thead>
              <tr>
                {fields.map((field) => (
                  <th
                    key={field.name}
                    scope="col"
                    className={isNumber(field) ? 'right' : undefined}
                  >
                    {titleOf(field.title)}
                    {field.unit && `（${field.unit}）`}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {values.map((row, at) => (
                <tr key={String(row.id ?? at)}>
                  {fields.map((field) => (
                    <td
                      key={field.name}
                      data-title={titleOf(field.title)}
                      className={isNumber(field) ? 'right' : undefined}
                    >
                      <FieldValue field={field} value={row[field.name]} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
