// Which columns the list shows, and in which order.
import { Checkbox, Popover } from 'antd';
import type { JSX } from 'react';
import type { RecordDefinition } from '../../client/types';
import { Icon } from '../../kit/Icon';
import { titleOf, useText } from '../../kit/language';
import { fieldOf, listable } from '../fields';
import { recordTexts } from '../texts';

export interface ColumnsMenuProps {
  readonly record: RecordDefinition;
  readonly columns: readonly string[];
  readonly onChange: (columns: readonly string[]) => void;
}

export function ColumnsMenu({ record, columns, onChange }: ColumnsMenuProps): JSX.Element {
  const t = useText(recordTexts);
  const others = listable(record).filter(({ name }) => !columns.includes(name));
  const fields = [...columns.map((name) => fieldOf(record, name)), ...others].filter(
    (field) => field !== undefined,
  );
  const move = (at: number, by: number): void => {
    const next = [...columns];
    const [moved] = next.splice(at, 1);
    next.splice(at + by, 0, moved!);
    onChange(next);
  };
  const toggle = (name: string, on: boolean): void => {
    const next = on ? [...columns, name] : columns.filter((each) => each !== name);
    if (next.length) onChange(next);
  };
  const content = (
    <div className="columns-menu">
      <header>
        <strong>{t('columnsTitle')}</strong>
        <button type="button" className="link-button" onClick={() => onChange([])}>
          {t('columnsReset')}
        </button>
      </header>
      <ul>
        {fields.map((field) => {
          const at = columns.indexOf(field.name);
          const title = titleOf(field.title);
          return (
            <li key={field.name}>
              <Checkbox
                checked={at >= 0}
                onChange={(event) => toggle(field.name, event.target.checked)}
              >
                {title}
              </Checkbox>
              {at > 0 && (
                <button
                  type="button"
                  className="icon-button"
                  aria-label={t('moveUp', { title })}
                  onClick={() => move(at, -1)}
                >
                  <Icon name="up" size={14} />
                </button>
              )}
              {at >= 0 && at < columns.length - 1 && (
                <button
                  type="button"
                  className="icon-button"
                  aria-label={t('moveDown', { title })}
                  onClick={() => move(at, 1)}
                >
                  <Icon name="down" size={14} />
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
  return (
    <Popover trigger="click" placement="bottomRight" content={content}>
      <button type="button" className="tool">
        <Icon name="columns" />
        {t('columns')}
      </button>
    </Popover>
  );
}
