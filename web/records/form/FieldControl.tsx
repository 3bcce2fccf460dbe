// The control that fits a field's type.
import { DatePicker, Input, InputNumber, Radio, TimePicker } from 'antd';
import dayjs from 'dayjs';
import { lazy, Suspense, type JSX } from 'react';
import { useDictionary, useRegions } from '../../client/queries';
import type { Field, FileValue, PointValue } from '../../client/types';
import { instant, withOffset } from '../../kit/format';
import { titleOf, useText } from '../../kit/language';
import { CodeSelect } from '../values/CodeSelect';
import { FieldValue } from '../values/FieldValue';
import { Lookup } from '../values/Lookup';
import type { Polygon } from './corners';
import { FilesField } from './FilesField';
import { formTexts } from './texts';

const PointPicker = lazy(() =>
  import('./PointPicker').then((module) => ({ default: module.PointPicker })),
);

const PolygonPicker = lazy(() =>
  import('./PolygonPicker').then((module) => ({ default: module.PolygonPicker })),
);
const SignaturePad = lazy(() =>
  import('./SignaturePad').then((module) => ({ default: module.SignaturePad })),
);

export interface ControlProps {
  readonly id: string;
  readonly field: Field;
  readonly value: unknown;
  readonly invalid: boolean;
  readonly describedBy?: string;
  readonly onChange: (value: unknown) => void;
  readonly onBlur: () => void;
}

export function FieldControl(props: ControlProps): JSX.Element {
  const { id, field, value, invalid, onChange, onBlur } = props;
  const label = titleOf(field.title);
  if (field.read_only || field.type === 'computed')
    return (
      <output id={id} className="form-output">
        <FieldValue field={field} value={value} plain />
      </output>
    );
  switch (field.type) {
    case 'integer':
    case 'decimal':
    case 'money':
      return <NumberControl {...props} />;
    case 'boolean':
      return <YesNo {...props} />;
    case 'date':
      return <DayControl {...props} />;
    case 'datetime':
      return <InstantControl {...props} />;
    case 'code':
    case 'codes':
      return <CodeControl {...props} />;
    case 'region':
      return <RegionControl {...props} />;
    case 'ref':
    case 'refs':
    case 'organisation':
    case 'user':
      return (
        <Lookup
          id={id}
          field={field.type === 'refs' ? { ...field, type: 'ref' } : field}
          label={label}
          value={value}
          many={field.type === 'refs'}
          invalid={invalid}
          onChange={onChange}
          onBlur={onBlur}
        />
      );
    case 'files':
      return (
        <FilesField
          id={id}
          field={field}
          value={(value ?? []) as readonly FileValue[]}
          onChange={onChange}
        />
      );
    case 'point':
      return (
        <Suspense fallback={<div className="point-picker" />}>
          <PointPicker id={id} value={value as PointValue | null} onChange={onChange} />
        </Suspense>
      );
    case 'polygon':
      return (
        <Suspense fallback={<div className="point-picker" />}>
          <PolygonPicker
            id={id}
            label={label}
            value={value as Polygon | null}
            onChange={onChange}
          />
        </Suspense>
      );
    case 'signature':
      return (
        <Suspense fallback={<div className="signature" />}>
          <SignaturePad
            id={id}
            label={label}
            value={value as FileValue | null}
            onChange={onChange}
          />
        </Suspense>
      );
    case 'person':
      return <PersonControl {...props} />;
    default:
      return <TextControl {...props} />;
  }
}

// The interface offers no search in the master person index yet, so the value can only be read.
function PersonControl({ id, field, value }: ControlProps): JSX.Element {
  const t = useText(formTexts);
  return (
    <output id={id} className="form-output">
      {value ? <FieldValue field={field} value={value} plain /> : null}
      <small className="quiet">{t('personUnavailable')}</small>
    </output>
  );
}

function TextControl({
  id,
  field,
  value,
  invalid,
  describedBy,
  onChange,
  onBlur,
}: ControlProps): JSX.Element {
  const text = value === null || value === undefined ? '' : String(value);
  const shared = {
    id,
    value: text,
    status: invalid ? ('error' as const) : undefined,
    'aria-invalid': invalid || undefined,
    'aria-describedby': describedBy,
    onBlur,
  };
  if (field.multiline)
    return (
      <Input.TextArea
        {...shared}
        autoSize={{ minRows: 3, maxRows: 12 }}
        count={{ max: field.max, strategy: (each) => [...each].length }}
        showCount={[...text].length > (field.max ?? Infinity) * 0.8}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  const upper = field.type === 'credit_code' || field.type === 'id_card';
  return (
    <Input
      {...shared}
      inputMode={field.type === 'phone' ? 'tel' : undefined}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(upper ? event.target.value.toUpperCase() : event.target.value)}
    />
  );
}

function NumberControl({
  id,
  field,
  value,
  invalid,
  describedBy,
  onChange,
  onBlur,
}: ControlProps): JSX.Element {
  const whole = field.type === 'integer';
  return (
    <InputNumber<string>
      id={id}
      className="form-number"
      stringMode
      controls={false}
      status={invalid ? 'error' : undefined}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      suffix={field.unit}
      value={value === null || value === undefined ? null : String(value)}
      formatter={(text) => (text ?? '').replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',')}
      parser={(text) => (text ?? '').replace(/[,\s]/g, '')}
      onChange={(next) =>
        onChange(
          next === null || next === ''
            ? null
            : whole && Number.isSafeInteger(Number(next))
              ? Number(next)
              : String(next),
        )
      }
      onBlur={onBlur}
    />
  );
}

function YesNo({ id, field, value, onChange, onBlur }: ControlProps): JSX.Element {
  const t = useText(formTexts);
  return (
    <Radio.Group
      id={id}
      aria-label={titleOf(field.title)}
      value={value === null || value === undefined ? undefined : value === true || value === 'true'}
      options={[
        { value: true, label: t('yes') },
        { value: false, label: t('no') },
      ]}
      onChange={(event) => {
        onChange(event.target.value);
        onBlur();
      }}
    />
  );
}

const formats = ['YYYY-MM-DD', 'YYYYMMDD', 'YYYY/M/D', 'YYYY.M.D', 'YYYY-M-D'];

function DayControl({
  id,
  value,
  invalid,
  describedBy,
  onChange,
  onBlur,
}: ControlProps): JSX.Element {
  return (
    <DatePicker
      id={id}
      className="form-day"
      format={formats}
      status={invalid ? 'error' : undefined}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      value={value ? dayjs(String(value)) : null}
      onChange={(next) => onChange(next ? next.format('YYYY-MM-DD') : null)}
      onBlur={onBlur}
    />
  );
}

// A day and a time of day, both in the installation's zone.
function InstantControl({
  id,
  field,
  value,
  invalid,
  describedBy,
  onChange,
  onBlur,
}: ControlProps): JSX.Element {
  const [day, time] = value ? instant(String(value), true).split(' ') : [];
  const set = (nextDay: string | undefined, nextTime: string | undefined): void =>
    onChange(nextDay ? withOffset(`${nextDay} ${nextTime ?? '00:00:00'}`) : null);
  return (
    <span className="form-instant">
      <DatePicker
        id={id}
        format={formats}
        status={invalid ? 'error' : undefined}
        aria-describedby={describedBy}
        value={day ? dayjs(day) : null}
        onChange={(next) => set(next?.format('YYYY-MM-DD'), time)}
        onBlur={onBlur}
      />
      <TimePicker
        aria-label={titleOf(field.title)}
        format="HH:mm"
        needConfirm={false}
        value={day && time ? dayjs(`${day}T${time}`) : null}
        onChange={(next) => set(day ?? dayjs().format('YYYY-MM-DD'), next?.format('HH:mm:ss'))}
        onBlur={onBlur}
      />
    </span>
  );
}

function CodeControl({ id, field, value, invalid, onChange, onBlur }: ControlProps): JSX.Element {
  const items = useDictionary(field.dictionary);
  return (
    <CodeSelect
      id={id}
      items={items}
      value={value}
      many={field.type === 'codes'}
      invalid={invalid}
      label={titleOf(field.title)}
      onChange={onChange}
      onBlur={onBlur}
    />
  );
}

function RegionControl({ id, field, value, invalid, onChange, onBlur }: ControlProps): JSX.Element {
  const items = useRegions();
  return (
    <CodeSelect
      id={id}
      items={items}
      value={value}
      invalid={invalid}
      label={titleOf(field.title)}
      onChange={onChange}
      onBlur={onBlur}
    />
  );
}
