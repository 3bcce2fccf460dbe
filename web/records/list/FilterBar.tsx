// Search, and the filters as words in a row, each removable.
import { Popover, Skeleton } from 'antd';
import { lazy, Suspense, useEffect, useRef, useState, type JSX } from 'react';
import type { Field, RecordDefinition } from '../../client/types';
import { Icon } from '../../kit/Icon';
import { titleOf, useText } from '../../kit/language';
import { fieldOf, filterable, listable } from '../fields';
import { recordTexts } from '../texts';
import { ConditionWords, useConditionWords } from './ConditionWords';
import { withConditions, type Condition, type ListState } from './query';

const FilterEditor = lazy(() =>
  import('./FilterEditor').then((module) => ({ default: module.FilterEditor })),
);

export interface FilterBarProps {
  readonly record: RecordDefinition;
  readonly state: ListState;
  readonly onChange: (next: Partial<ListState>) => void;
  readonly onEnter: (fresh: boolean) => void;
}

export function FilterBar({ record, state, onChange, onEnter }: FilterBarProps): JSX.Element {
  const t = useText(recordTexts);
  const fields = [...new Set(state.conditions.map(({ field }) => field))]
    .map((name) => fieldOf(record, name))
    .filter((field) => field !== undefined);
  const set = (field: Field, conditions: readonly Condition[]): void =>
    onChange(withConditions(state, field.name, conditions));
  return (
    <div className="filter-bar no-print">
      <SearchBox record={record} q={state.q} onChange={(q) => onChange({ q })} onEnter={onEnter} />
      {state.deleted && (
        <span className="chip">
          <span>{t('deletedOnly')}</span>
          <button
            type="button"
            aria-label={t('removeFilter', { words: t('deletedOnly') })}
            onClick={() => onChange({ deleted: false })}
          >
            <Icon name="close" size={12} />
          </button>
        </span>
      )}
      {fields.map((field) => (
        <Chip
          key={field.name}
          record={record}
          field={field}
          conditions={state.conditions.filter((each) => each.field === field.name)}
          onChange={(next) => set(field, next)}
        />
      ))}
      <AddFilter record={record} onAdd={set} />
      {fields.length > 1 && (
        <button
          type="button"
          className="link-button"
          onClick={() => onChange({ conditions: [], deleted: false })}
        >
          {t('clearFilters')}
        </button>
      )}
    </div>
  );
}

interface SearchBoxProps {
  readonly record: RecordDefinition;
  readonly q: string;
  readonly onChange: (q: string) => void;
  readonly onEnter: (fresh: boolean) => void;
}

function SearchBox({ record, q, onChange, onEnter }: SearchBoxProps): JSX.Element | null {
  const t = useText(recordTexts);
  const [typed, setTyped] = useState(q);
  const sent = useRef(q);
  useEffect(() => {
    if (q !== sent.current) setTyped(q);
    sent.current = q;
  }, [q]);
  useEffect(() => {
    const text = typed.trim();
    if (text === sent.current) return undefined;
    const timer = setTimeout(() => {
      if (text === sent.current) return; // Enter was faster
      sent.current = text;
      onChange(text);
    }, 300);
    return () => clearTimeout(timer);
  }, [typed, onChange]);
  // Enter goes from the word to the first row found.
  const leave = (): void => {
    const text = typed.trim();
    const fresh = text !== sent.current;
    onEnter(fresh);
    if (!fresh) return;
    sent.current = text;
    onChange(text);
  };
  if (record.list.search.length === 0) return null;
  const names = record.list.search.slice(0, 3).map((name) => titleOf(fieldOf(record, name)?.title));
  const label = t('search', { fields: names.filter(Boolean).join(t('listJoin')) });
  return (
    <div className="list-search">
      <Icon name="search" />
      <input
        id="page-search"
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Enter') leave();
        }}
      />
    </div>
  );
}

interface ChipProps {
  readonly record: RecordDefinition;
  readonly field: Field;
  readonly conditions: readonly Condition[];
  readonly onChange: (conditions: readonly Condition[]) => void;
}

function Chip({ record, field, conditions, onChange }: ChipProps): JSX.Element {
  const t = useText(recordTexts);
  const [open, setOpen] = useState(false);
  const words = `${titleOf(field.title)} ${useConditionWords(record, field)(conditions)}`;
  return (
    <span className="chip">
      <Popover
        trigger="click"
        open={open}
        onOpenChange={setOpen}
        placement="bottomLeft"
        destroyOnHidden
        content={
          <Editor
            record={record}
            field={field}
            conditions={conditions}
            onApply={(next) => {
              setOpen(false);
              onChange(next);
            }}
          />
        }
      >
        <button type="button" aria-label={t('editFilter', { words })}>
          <ConditionWords record={record} field={field} conditions={conditions} />
        </button>
      </Popover>
      <button type="button" aria-label={t('removeFilter', { words })} onClick={() => onChange([])}>
        <Icon name="close" size={12} />
      </button>
    </span>
  );
}

interface EditorProps {
  readonly record: RecordDefinition;
  readonly field: Field;
  readonly conditions: readonly Condition[];
  readonly onApply: (conditions: readonly Condition[]) => void;
}

function Editor(props: EditorProps): JSX.Element {
  return (
    <Suspense fallback={<Skeleton active paragraph={{ rows: 2 }} style={{ width: 260 }} />}>
      <FilterEditor {...props} />
    </Suspense>
  );
}

interface AddFilterProps {
  readonly record: RecordDefinition;
  readonly onAdd: (field: Field, conditions: readonly Condition[]) => void;
}

function AddFilter({ record, onAdd }: AddFilterProps): JSX.Element {
  const t = useText(recordTexts);
  const [open, setOpen] = useState(false);
  const [field, setField] = useState<Field>();
  const usual = record.list.filters
    .map((name) => fieldOf(record, name))
    .filter((each) => each !== undefined);
  const others = listable(record).filter((each) => filterable(each) && !usual.includes(each));
  const close = (): void => {
    setOpen(false);
    setField(undefined);
  };
  const names = (title: string, list: readonly Field[]): JSX.Element => (
    <section>
      <h3>{title}</h3>
      <ul>
        {list.map((each) => (
          <li key={each.name}>
            <button type="button" onClick={() => setField(each)}>
              {titleOf(each.title)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
  return (
    <Popover
      trigger="click"
      open={open}
      placement="bottomLeft"
      destroyOnHidden
      onOpenChange={(next) => (next ? setOpen(true) : close())}
      content={
        field ? (
          <Editor
            record={record}
            field={field}
            conditions={[]}
            onApply={(next) => {
              close();
              onAdd(field, next);
            }}
          />
        ) : (
          <div className="filter-fields">
            {usual.length > 0 && names(t('filterFields'), usual)}
            {others.length > 0 && names(t('filterOthers'), others)}
          </div>
        )
      }
    >
      <button type="button" className="chip add">
        <Icon name="filter" size={14} />
        {t('addFilter')}
      </button>
    </Popover>
  );
}
