// Edits the conditions on one field, with the control that fits its type.
import { Button, Checkbox, DatePicker, Input, InputNumber, Radio, Segmented } from 'antd';
import dayjs from 'dayjs';
import { useId, useState, type JSX } from 'react';
import { useDictionary, useRegions } from '../../client/queries';
import type { Field, RecordDefinition, Reference } from '../../client/types';
import { titleOf, useText } from '../../kit/language';
import { shapeOf, stateName, stateTitle } from '../fields';
import { recordTexts } from '../texts';
import { CodeSelect } from '../values/CodeSelect';
import { rememberLabel, useLabels } from '../values/labelStore';
import { Lookup } from '../values/Lookup';
import type { Condition, Operator } from './query';

export interface FilterEditorProps {
  readonly record: RecordDefinition;
  readonly field: Field;
  readonly conditions: readonly Condition[];
  readonly onApply: (conditions: readonly Condition[]) => void;
}

interface PartProps {
  readonly field: Field;
  readonly conditions: readonly Condition[];
  readonly onChange: (conditions: readonly Condition[]) => void;
}

const valueOf = (conditions: readonly Condition[], ...operators: Operator[]): string | undefined =>
  conditions.find(({ operator }) => operators.includes(operator))?.values[0];

export function FilterEditor({
  record,
  field,
  conditions,
  onApply,
}: FilterEditorProps): JSX.Element {
  const t = useText(recordTexts);
  const [now, setNow] = useState(conditions);
  const blank =
    now.find(({ operator }) => operator === 'null' || operator === 'notnull')?.operator ?? 'any';
  const apply = (): void =>
    onApply(
      now.filter(({ operator, values }) => operator.endsWith('null') || values.some(Boolean)),
    );
  return (
    <form
      className="filter-editor"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <strong>{titleOf(field.title)}</strong>
      {blank === 'any' && <Part record={record} field={field} conditions={now} onChange={setNow} />}
      {field.protect === 'encrypt' && <p className="quiet">{t('exactOnly')}</p>}
      <Segmented
        size="small"
        options={[
          { value: 'any', label: t('anyValue') },
          { value: 'notnull', label: t('isNotEmpty') },
          { value: 'null', label: t('isEmpty') },
        ]}
        value={blank}
        onChange={(next) =>
          setNow(
            next === 'any' ? [] : [{ field: field.name, operator: next as Operator, values: [] }],
          )
        }
      />
      <Button type="primary" htmlType="submit">
        {t('apply')}
      </Button>
    </form>
  );
}

function Part({
  record,
  ...props
}: PartProps & { readonly record: RecordDefinition }): JSX.Element {
  const { field } = props;
  if (field.name === 'state')
    return (
      <Choices
        {...props}
        options={record.states.map((state) => ({
          value: stateName(state),
          label: stateTitle(record, stateName(state)),
        }))}
      />
    );
  switch (shapeOf(field)) {
    case 'code':
    case 'codes':
    case 'region':
      return <Codes {...props} />;
    case 'boolean':
      return <YesNo {...props} />;
    case 'date':
    case 'datetime':
      return <Days {...props} />;
    case 'integer':
    case 'decimal':
    case 'money':
      return <Numbers {...props} />;
    case 'ref':
    case 'refs':
    case 'organisation':
    case 'user':
      return <Picked {...props} />;
    default:
      return <Words {...props} />;
  }
}

function Words({ field, conditions, onChange }: PartProps): JSX.Element {
  const t = useText(recordTexts);
  const exact = field.protect === 'encrypt';
  const operator = exact ? 'eq' : (conditions[0]?.operator ?? 'like');
  const set = (next: Operator, value: string): void =>
    onChange([{ field: field.name, operator: next, values: [value] }]);
  const text = (conditions[0]?.values[0] ?? '').replaceAll('*', '');
  return (
    <>
      {!exact && (
        <Radio.Group
          size="small"
          value={operator}
          onChange={(event) => set(event.target.value as Operator, text)}
          options={[
            { value: 'like', label: t('contains') },
            { value: 'prefix', label: t('startsWith') },
            { value: 'eq', label: t('equals') },
          ]}
        />
      )}
      <Input
        autoFocus
        aria-label={titleOf(field.title)}
        value={text}
        onChange={(event) => set(operator, event.target.value)}
      />
    </>
  );
}

interface ChoicesProps extends PartProps {
  readonly options: readonly { value: string; label: string }[];
}

function Choices({ field, conditions, onChange, options }: ChoicesProps): JSX.Element {
  const values =
    conditions.find(({ operator }) => operator === 'in' || operator === 'eq')?.values ?? [];
  return (
    <Checkbox.Group
      className="filter-choices"
      value={[...values]}
      options={[...options]}
      onChange={(next) =>
        onChange([{ field: field.name, operator: 'in', values: next.map(String) }])
      }
    />
  );
}

function Codes(props: PartProps): JSX.Element {
  const { field, conditions, onChange } = props;
  const dictionary = useDictionary(field.dictionary);
  const regions = useRegions(field.type === 'region');
  const items = field.type === 'region' ? regions : dictionary;
  if (items.length <= 12 && !items.some(({ parent }) => parent))
    return (
      <Choices
        {...props}
        options={items.map((item) => ({
          value: item.code,
          label: titleOf({ zh: item.zh, en: item.en }),
        }))}
      />
    );
  const prefix = field.type === 'region';
  const values =
    conditions.find(({ operator }) => ['in', 'eq', 'prefix'].includes(operator))?.values ?? [];
  return (
    <CodeSelect
      label={titleOf(field.title)}
      items={items}
      many={!prefix}
      value={prefix ? (values[0] ?? null) : values}
      onChange={(next) => {
        const picked = Array.isArray(next) ? next.map(String) : next ? [String(next)] : [];
        onChange([{ field: field.name, operator: 'in', values: picked }]);
      }}
    />
  );
}

function YesNo({ field, conditions, onChange }: PartProps): JSX.Element {
  const t = useText(recordTexts);
  return (
    <Radio.Group
      value={valueOf(conditions, 'eq')}
      onChange={(event) =>
        onChange([{ field: field.name, operator: 'eq', values: [String(event.target.value)] }])
      }
      options={[
        { value: 'true', label: t('yes') },
        { value: 'false', label: t('no') },
      ]}
    />
  );
}

function bounds(field: Field, from: string | undefined, to: string | undefined): Condition[] {
  const bound = (operator: Operator, value: string | undefined): Condition[] =>
    value ? [{ field: field.name, operator, values: [value] }] : [];
  return [...bound('gte', from), ...bound('lte', to)];
}

function Days({ field, conditions, onChange }: PartProps): JSX.Element {
  const t = useText(recordTexts);
  const timed = shapeOf(field) === 'datetime';
  const read = (operator: Operator): dayjs.Dayjs | null => {
    const value = valueOf(conditions, operator);
    return value ? dayjs(value.slice(0, 10)) : null;
  };
  const write = (value: dayjs.Dayjs | null | undefined, end: boolean): string | undefined => {
    const text = value?.format('YYYY-MM-DD');
    return text && timed ? `${text}T${end ? '23:59:59.999' : '00:00:00'}+08:00` : text;
  };
  return (
    <DatePicker.RangePicker
      value={[read('gte'), read('lte')]}
      allowEmpty={[true, true]}
      placeholder={[t('from'), t('to')]}
      onChange={(range) =>
        onChange(bounds(field, write(range?.[0], false), write(range?.[1], true)))
      }
    />
  );
}

function Numbers({ field, conditions, onChange }: PartProps): JSX.Element {
  const t = useText(recordTexts);
  const [from, to] = [valueOf(conditions, 'gte'), valueOf(conditions, 'lte')];
  return (
    <div className="filter-pair">
      <InputNumber<string>
        stringMode
        controls={false}
        aria-label={t('atLeast')}
        placeholder={t('atLeast')}
        value={from}
        onChange={(value) => onChange(bounds(field, value ?? undefined, to))}
      />
      <InputNumber<string>
        stringMode
        controls={false}
        aria-label={t('atMost')}
        placeholder={t('atMost')}
        value={to}
        onChange={(value) => onChange(bounds(field, from, value ?? undefined))}
      />
    </div>
  );
}

function Picked({ field, conditions, onChange }: PartProps): JSX.Element {
  const id = useId();
  const labels = useLabels();
  const values =
    conditions.find(({ operator }) => operator === 'in' || operator === 'eq')?.values ?? [];
  return (
    <Lookup
      id={id}
      field={field.type === 'refs' ? { ...field, type: 'ref' } : field}
      label={titleOf(field.title)}
      many
      value={values.map((value) => ({ id: value, label: labels(value) }))}
      onChange={(picked) => {
        const list = (picked ?? []) as readonly Reference[];
        for (const each of list) rememberLabel(each.id, each.label);
        onChange([{ field: field.name, operator: 'in', values: list.map((each) => each.id) }]);
      }}
    />
  );
}
