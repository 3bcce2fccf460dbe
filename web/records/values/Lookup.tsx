// Picks a record, an organisation or a person by searching.
import { Select } from 'antd';
import { useState, type JSX } from 'react';
import type { Field, Reference } from '../../client/types';
import { useText } from '../../kit/language';
import { isReference, referenceLabel } from '../labels';
import { recordTexts } from '../texts';
import { useLookup } from './useLookup';

export interface LookupProps {
  readonly id?: string;
  readonly field: Pick<Field, 'type' | 'record'>;
  readonly value: unknown;
  readonly onChange: (value: Reference | readonly Reference[] | null) => void;
  readonly onBlur?: () => void;
  readonly many?: boolean;
  readonly disabled?: boolean;
  readonly invalid?: boolean;
  readonly label: string;
  readonly placeholder?: string;
}

function asReference(value: unknown): Reference | undefined {
  if (typeof value === 'string' && value) return { id: value, label: value };
  return isReference(value) ? { id: String(value.id), label: referenceLabel(value) } : undefined;
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly note?: string;
}

export function Lookup({
  id,
  field,
  value,
  onChange,
  onBlur,
  many,
  disabled,
  invalid,
  label,
  placeholder,
}: LookupProps): JSX.Element {
  const t = useText(recordTexts);
  const [opened, setOpened] = useState(false);
  const { candidates, busy, search } = useLookup(field, opened);
  const chosen = (Array.isArray(value) ? value : [value])
    .map(asReference)
    .filter((each) => each !== undefined);
  const known = new Map([...candidates, ...chosen].map((each) => [each.id, each]));
  const options: Option[] = candidates.map(({ id: each, label: text, note }) => ({
    value: each,
    label: text,
    note,
  }));
  for (const { id: each, label: text } of chosen)
    if (!candidates.some((candidate) => candidate.id === each))
      options.push({ value: each, label: text });

  const pick = (next: string | string[] | undefined): void => {
    const ids = next === undefined ? [] : Array.isArray(next) ? next : [next];
    const picked = ids.map((each) => ({ id: each, label: known.get(each)?.label ?? each }));
    onChange(many ? picked : (picked[0] ?? null));
  };
  return (
    <Select<string | string[]>
      id={id}
      aria-label={label}
      mode={many ? 'multiple' : undefined}
      showSearch={{ filterOption: false, onSearch: search }}
      allowClear={{ label: t('clearValue') }}
      disabled={disabled}
      status={invalid ? 'error' : undefined}
      loading={opened && busy}
      placeholder={placeholder ?? t('searchPlain')}
      value={many ? chosen.map((each) => each.id) : chosen[0]?.id}
      options={options}
      optionRender={({ data }) => (
        <span style={{ display: 'flex', gap: 12, justifyContent: 'space-between' }}>
          <span>{data.label}</span>
          <small className="quiet">{data.note}</small>
        </span>
      )}
      onOpenChange={(open) => open && setOpened(true)}
      onChange={pick}
      onBlur={onBlur}
      style={{ width: '100%' }}
    />
  );
}
