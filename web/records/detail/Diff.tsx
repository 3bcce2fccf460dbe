// One change: the value before, struck through, and after; a first value stands alone.
import type { JSX } from 'react';
import type { RecordDefinition, Values } from '../../client/types';
import { titleOf, useText, type Title } from '../../kit/language';
import { fieldOf } from '../fields';
import { FieldValue, isBlank } from '../values/FieldValue';
import { RowsSummary } from '../values/RowsSummary';
import { detailTexts } from './texts';

export interface Change {
  readonly field: string;
  readonly title?: Title | string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface DiffProps {
  readonly definition: RecordDefinition | undefined;
  readonly change: Change;
  readonly nameOf?: (field: string) => string;
}

export function Diff({ definition, change, nameOf }: DiffProps): JSX.Element {
  const t = useText(detailTexts);
  const rows = definition?.rows.find(({ name }) => name === change.field);
  const field = definition && fieldOf(definition, change.field);
  const side = (value: unknown): JSX.Element => {
    if (field?.protect === 'encrypt') return <>{t('encrypted')}</>;
    if (isBlank(value)) return <>{t('empty')}</>;
    if (rows && Array.isArray(value))
      return <RowsSummary rows={rows} values={value as readonly Values[]} />;
    return field ? (
      <FieldValue field={field} value={value} plain />
    ) : (
      <>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</>
    );
  };
  return (
    <div className="diff">
      <span className="quiet">
        {titleOf(field?.title ?? rows?.title) ||
          titleOf(change.title) ||
          (nameOf?.(change.field) ?? change.field)}
      </span>
      {!isBlank(change.before) && (
        <del>
          <span className="unseen">{t('before')}</span>
          {side(change.before)}
        </del>
      )}
      <ins>
        <span className="unseen">{t('after')}</span>
        {side(change.after)}
      </ins>
    </div>
  );
}
