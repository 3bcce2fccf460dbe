// Child rows: each a small form of its own, folded to one line once it is filled.
import { Button } from 'antd';
import { useState, type JSX } from 'react';
import { useSession } from '../../client/queries';
import type { Rows, Values } from '../../client/types';
import { Icon } from '../../kit/Icon';
import { titleOf, useText } from '../../kit/language';
import { FieldValue, isBlank } from '../values/FieldValue';
import { FormField } from './FormField';
import { initialRow } from './initial';
import { controlId, jumpTo, rowPath } from './paths';
import { formTexts } from './texts';
import type { RecordForm } from './useRecordForm';

export interface RowsEditorProps {
  readonly form: RecordForm;
  readonly rows: Rows;
}

let made = 0;

export function RowsEditor({ form, rows }: RowsEditorProps): JSX.Element {
  const t = useText(formTexts);
  const session = useSession();
  const list = (form.values[rows.name] ?? []) as readonly Values[];
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const keyOf = (row: Values, at: number): string => String(row.id ?? row._key ?? at);
  const write = (next: readonly Values[]): void => form.set(rows.name, next);
  const fold = (key: string, on: boolean): void => {
    const next = new Set(open);
    if (on) next.add(key);
    else next.delete(key);
    setOpen(next);
  };
  const add = (): void => {
    const key = `new${++made}`;
    fold(key, true);
    write([...list, { ...initialRow(form.definition, rows.fields, session), _key: key }]);
    setTimeout(() => jumpTo(rowPath(rows.name, list.length, rows.fields[0]!.name)), 50);
  };
  const title = titleOf(rows.title);
  const fault = form.shown(rows.name);
  const small = rows.fields.length <= 4;
  return (
    <div className="rows-editor" id={controlId(rows.name)} tabIndex={-1}>
      <header>
        <h3>{title}</h3>
        <span className="quiet">{list.length > 0 ? list.length : t('rowsEmpty', { title })}</span>
      </header>
      {fault && <p className={fault.warning ? 'form-warning' : 'form-fault'}>{fault.message}</p>}
      {list.map((row, at) => {
        const key = keyOf(row, at);
        const faulty = form.all.some(
          ({ path, warning }) =>
            !warning && path.startsWith(`${rows.name}[${at}]`) && form.shown(path),
        );
        const shown = small || open.has(key) || faulty;
        const scope = { fields: rows.fields, values: row };
        return (
          <section key={key} className="rows-row" aria-label={t('rowTitle', { at: at + 1 })}>
            <div className="rows-row-head">
              {!small && (
                <button
                  type="button"
                  className="rows-fold"
                  aria-expanded={shown}
                  onClick={() => fold(key, !shown)}
                >
                  <Icon name={shown ? 'down' : 'right'} size={14} />
                  {shown ? t('rowTitle', { at: at + 1 }) : <Summary rows={rows} row={row} />}
                </button>
              )}
              <button
                type="button"
                className="icon-button"
                aria-label={t('removeRow', { at: at + 1 })}
                onClick={() => write(list.filter((each) => each !== row))}
              >
                <Icon name="trash" size={15} />
              </button>
            </div>
            {shown && (
              <div className={small ? 'form-line' : 'form-line three'}>
                {rows.fields.map((field) => (
                  <FormField
                    key={field.name}
                    form={form}
                    field={field}
                    path={rowPath(rows.name, at, field.name)}
                    value={row[field.name]}
                    row={scope}
                    onChange={(value) =>
                      write(
                        list.map((each) => (each === row ? { ...row, [field.name]: value } : each)),
                      )
                    }
                  />
                ))}
              </div>
            )}
          </section>
        );
      })}
      <Button
        type="dashed"
        icon={<Icon name="plus" />}
        disabled={list.length >= rows.max_rows}
        onClick={add}
      >
        {list.length >= rows.max_rows
          ? t('rowsFull', { max: rows.max_rows })
          : t('addRowOf', { title })}
      </Button>
    </div>
  );
}

function Summary({ rows, row }: { readonly rows: Rows; readonly row: Values }): JSX.Element {
  const filled = rows.fields.filter((field) => !isBlank(row[field.name])).slice(0, 5);
  return (
    <span className="rows-summary">
      {filled.map((field) => (
        <span key={field.name}>
          <FieldValue field={field} value={row[field.name]} plain />
        </span>
      ))}
    </span>
  );
}
