// One question of a public form.
import { useId, type JSX } from 'react';
import { titleOf, useText } from '../kit/language';
import { FilesInput } from './FilesInput';
import { intakeTexts } from './texts';
import type { IntakeField, SentFile, Value } from './types';

export interface FieldProps {
  readonly field: IntakeField;
  readonly value: Value;
  readonly fault?: string;
  readonly form: string;
  readonly intent: string;
  readonly onChange: (value: Value) => void;
  readonly onBusy: (busy: boolean) => void;
}

const chipsMax = 8;

export function Field(props: FieldProps): JSX.Element {
  const { field, value, fault, onChange } = props;
  const t = useText(intakeTexts);
  const id = useId();
  const title = titleOf(field.title);
  const help = titleOf(field.help);
  const described =
    [help && `${id}-help`, fault && `${id}-fault`].filter(Boolean).join(' ') || undefined;
  const common = { id, 'aria-invalid': fault ? true : undefined, 'aria-describedby': described };
  const text = typeof value === 'string' ? value : '';
  const optional = !field.required && !field.required_if;

  if (field.type === 'boolean')
    return (
      <label className="check" htmlFor={id}>
        <input
          {...common}
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>{title}</span>
      </label>
    );

  const control = (): JSX.Element => {
    if (field.type === 'files')
      return (
        <FilesInput
          {...props}
          id={id}
          files={(Array.isArray(value) ? value : []) as readonly SentFile[]}
        />
      );
    if (field.codes && field.codes.length <= chipsMax)
      return (
        <div
          className="chips"
          role="radiogroup"
          aria-labelledby={`${id}-title`}
          aria-describedby={described}
        >
          {field.codes.map((one) => (
            <label key={one.code} className={text === one.code ? 'chip on' : 'chip'}>
              <input
                type="radio"
                name={id}
                checked={text === one.code}
                onChange={() => onChange(one.code)}
              />
              {one.title}
            </label>
          ))}
        </div>
      );
    if (field.codes)
      return (
        <select {...common} value={text} onChange={(event) => onChange(event.target.value)}>
          <option value="">{t('chooseOne')}</option>
          {field.codes.map((one) => (
            <option key={one.code} value={one.code}>
              {one.title}
            </option>
          ))}
        </select>
      );
    if (field.multiline)
      return (
        <>
          <textarea
            {...common}
            rows={6}
            maxLength={field.max}
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
          {field.max && (
            <span className="count">{t('characters', { count: text.length, max: field.max })}</span>
          )}
        </>
      );
    const kind = field.type === 'date' ? 'date' : field.type === 'phone' ? 'tel' : 'text';
    return (
      <input
        {...common}
        type={kind}
        max={kind === 'date' ? new Date().toISOString().slice(0, 10) : undefined}
        maxLength={field.max}
        value={text}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
    );
  };

  return (
    <div className="field">
      <label id={`${id}-title`} htmlFor={id}>
        {title}
        {optional && <span>{t('optional')}</span>}
      </label>
      {help && (
        <p className="hint" id={`${id}-help`}>
          {help}
        </p>
      )}
      {control()}
      {fault && (
        <p className="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}
