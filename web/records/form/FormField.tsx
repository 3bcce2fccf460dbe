// A label, its control, and what is wrong with it.
import { useState, type JSX } from 'react';
import type { Field, Values } from '../../client/types';
import { titleOf, useText } from '../../kit/language';
import { FieldControl } from './FieldControl';
import { controlId } from './paths';
import { formTexts } from './texts';
import type { RecordForm } from './useRecordForm';

export interface FormFieldProps {
  readonly form: RecordForm;
  readonly field: Field;
  readonly path: string;
  readonly value: unknown;
  readonly row?: { readonly fields: readonly Field[]; readonly values: Values };
  readonly onChange: (value: unknown) => void;
}

const wide = new Set(['files', 'point', 'polygon', 'signature']);

export function FormField({
  form,
  field,
  path,
  value,
  row,
  onChange,
}: FormFieldProps): JSX.Element | null {
  const t = useText(formTexts);
  if (!form.rules.visible(field, row)) return null;
  const fault = form.shown(path);
  const id = controlId(path);
  const required = form.rules.required(field, row);
  const describedBy = fault ? `${id}-fault` : field.help ? `${id}-help` : undefined;
  const leave = (): void => form.leave(path);
  return (
    <div className={wide.has(field.type) || field.multiline ? 'form-field wide' : 'form-field'}>
      <label htmlFor={id}>
        {titleOf(field.title)}
        {required && (
          <span className="form-required" title={t('required')} aria-hidden>
            *
          </span>
        )}
        {field.protect === 'encrypt' && <small className="quiet">{t('encryptedHint')}</small>}
      </label>
      <Masked path={path} form={form} value={value} id={id} onChange={onChange}>
        <FieldControl
          id={id}
          field={field}
          value={value}
          invalid={fault !== undefined && !fault.warning}
          describedBy={describedBy}
          onChange={onChange}
          onBlur={leave}
        />
      </Masked>
      {fault ? (
        <p
          id={`${id}-fault`}
          className={fault.warning ? 'form-warning' : 'form-fault'}
          role="alert"
        >
          {fault.message}
        </p>
      ) : (
        field.help && (
          <p id={`${id}-help`} className="form-help">
            {titleOf(field.help)}
          </p>
        )
      )}
    </div>
  );
}

interface MaskedProps {
  readonly id: string;
  readonly path: string;
  readonly form: RecordForm;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly children: JSX.Element;
}

// A masked value stays as it is until somebody decides to write a new one.
function Masked({ id, path, form, value, onChange, children }: MaskedProps): JSX.Element {
  const t = useText(formTexts);
  const [mask] = useState(value);
  const hidden = form.masked.has(path) && typeof mask === 'string' && mask !== '';
  if (!hidden) return children;
  if (value === mask)
    return (
      <span className="form-masked">
        <output id={id}>{mask}</output>
        <button
          type="button"
          className="link-button"
          title={t('maskedHint')}
          onClick={() => onChange(null)}
        >
          {t('change')}
        </button>
      </span>
    );
  return (
    <span className="form-masked">
      {children}
      <button type="button" className="link-button" onClick={() => onChange(mask)}>
        {t('keepMask')}
      </button>
    </span>
  );
}
