// A short form in a dialog: every fault stands beside its field, nothing typed is lost on an error.
import { DatePicker, Input, Modal, Select } from 'antd';
import dayjs from 'dayjs';
import { useId, useState, type JSX, type ReactNode } from 'react';
import { asProblem } from '../client/problem';
import { useRegions } from '../client/queries';
import { useText } from '../kit/language';
import { CodeSelect } from '../records/values/CodeSelect';
import { Lookup } from '../records/values/Lookup';
import './admin.css';
import { adminTexts } from './texts';

export interface DialogField {
  readonly name: string;
  readonly label: string;
  readonly type?:
    'text' | 'area' | 'date' | 'select' | 'organisation' | 'organisations' | 'user' | 'region';
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly required?: boolean;
  readonly hint?: string;
  readonly hidden?: boolean;
}

export type DialogValues = Readonly<Record<string, unknown>>;

export interface FormDialogProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly fields: readonly DialogField[];
  readonly start?: DialogValues;
  readonly danger?: boolean;
  readonly okText?: string;
  readonly onChange?: (values: DialogValues) => void;
  readonly onSubmit: (values: DialogValues) => Promise<void>;
  readonly onClose: () => void;
}

export function FormDialog({
  title,
  hint,
  fields,
  start = {},
  danger,
  okText,
  onChange,
  onSubmit,
  onClose,
}: FormDialogProps): JSX.Element {
  const t = useText(adminTexts);
  const [values, setValues] = useState<DialogValues>(start);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [general, setGeneral] = useState('');
  const [busy, setBusy] = useState(false);
  const shown = fields.filter(({ hidden }) => !hidden);

  const set = (name: string, value: unknown): void => {
    const next = { ...values, [name]: value };
    setValues(next);
    setFaults(Object.fromEntries(Object.entries(faults).filter(([field]) => field !== name)));
    onChange?.(next);
  };
  const submit = async (): Promise<void> => {
    const missing = shown.filter(
      ({ name, required }) => required && !String(values[name] ?? '').trim(),
    );
    setFaults(Object.fromEntries(missing.map(({ name }) => [name, t('required')])));
    setGeneral('');
    if (missing.length > 0) return;
    setBusy(true);
    try {
      await onSubmit(values);
    } catch (error) {
      const problem = asProblem(error);
      const named = problem.faults.map(
        ({ field, message }) => [field.split(/[[.]/)[0]!, message] as const,
      );
      setFaults(Object.fromEntries(named));
      if (!named.some(([name]) => shown.some((field) => field.name === name)))
        setGeneral(problem.faults[0]?.message ?? problem.message);
    }
    setBusy(false);
  };
  return (
    <Modal
      open
      title={title}
      okText={okText ?? t('save')}
      cancelText={t('cancel')}
      okButtonProps={{ danger }}
      confirmLoading={busy}
      onOk={() => void submit()}
      onCancel={onClose}
      width={520}
    >
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {hint && <p className="quiet">{hint}</p>}
        {general && (
          <p className="form-fault" role="alert">
            {general}
          </p>
        )}
        {shown.map((field) => (
          <Line
            key={field.name}
            field={field}
            value={values[field.name]}
            fault={faults[field.name]}
            onChange={(value) => set(field.name, value)}
          />
        ))}
        <button type="submit" hidden />
      </form>
    </Modal>
  );
}

interface LineProps {
  readonly field: DialogField;
  readonly value: unknown;
  readonly fault: string | undefined;
  readonly onChange: (value: unknown) => void;
}

function Line(props: LineProps): JSX.Element {
  const { field, fault } = props;
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>
        {field.label}
        {field.required && (
          <span className="form-required" aria-hidden>
            *
          </span>
        )}
      </label>
      <Control {...props} id={id} />
      {fault ? (
        <p className="form-fault" role="alert">
          {fault}
        </p>
      ) : (
        field.hint && <p className="form-help">{field.hint}</p>
      )}
    </div>
  );
}

function Control({
  field,
  value,
  fault,
  onChange,
  id,
}: LineProps & { readonly id: string }): JSX.Element {
  const regions = useRegions(field.type === 'region');
  const status = fault ? ('error' as const) : undefined;
  const text = value === null || value === undefined ? '' : String(value);
  switch (field.type) {
    case 'area':
      return (
        <Input.TextArea
          id={id}
          rows={3}
          maxLength={200}
          status={status}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'date':
      return (
        <DatePicker
          id={id}
          status={status}
          style={{ width: '100%' }}
          value={text ? dayjs(text) : null}
          onChange={(day) => onChange(day ? day.format('YYYY-MM-DD') : null)}
        />
      );
    case 'select':
      return (
        <Select
          id={id}
          aria-label={field.label}
          status={status}
          showSearch={{ optionFilterProp: 'label' }}
          style={{ width: '100%' }}
          options={[...(field.options ?? [])]}
          value={text || undefined}
          onChange={onChange}
        />
      );
    case 'region':
      return (
        <CodeSelect
          id={id}
          items={regions}
          label={field.label}
          value={text}
          invalid={Boolean(fault)}
          onChange={onChange}
        />
      );
    case 'organisation':
    case 'organisations':
    case 'user':
      return (
        <Lookup
          id={id}
          field={{ type: field.type === 'user' ? 'user' : 'organisation' }}
          many={field.type === 'organisations'}
          label={field.label}
          value={value}
          invalid={Boolean(fault)}
          onChange={onChange}
        />
      );
    default:
      return (
        <Input
          id={id}
          status={status}
          value={text}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

// Look-ups as ids, empty texts left out.
export function bodyFrom(values: DialogValues, names: readonly string[]): Record<string, unknown> {
  const idOf = (value: unknown): unknown =>
    value && typeof value === 'object' && 'id' in value ? (value as { id: string }).id : value;
  const entries = names.map((name): [string, unknown] => {
    const value = values[name];
    return [
      name,
      Array.isArray(value)
        ? value.map(idOf)
        : typeof value === 'string'
          ? value.trim()
          : idOf(value),
    ];
  });
  return Object.fromEntries(
    entries.filter(
      ([, value]) =>
        value !== undefined &&
        value !== null &&
        value !== '' &&
        !(Array.isArray(value) && value.length === 0),
    ),
  );
}
