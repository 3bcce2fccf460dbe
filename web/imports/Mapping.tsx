// Which column of the file goes into which field; the server has proposed what it recognised.
import { Button, Select } from 'antd';
import { useState, type JSX } from 'react';
import type { RecordDefinition } from '../client/types';
import { titleOf, useText } from '../kit/language';
import '../admin/admin.css';
import { importTexts } from './texts';
import type { Import } from './types';

export interface MappingProps {
  readonly data: Import;
  readonly definition: RecordDefinition;
  readonly onCheck: (mapping: Readonly<Record<string, string>>) => void;
  readonly onCancel: () => void;
}

interface Target {
  readonly value: string;
  readonly label: string;
  readonly required: boolean;
}

// A point may stand in one column or in two.
function halvesOf(
  field: RecordDefinition['fields'][number],
  longitude: string,
  latitude: string,
): readonly Target[] {
  if (field.type !== 'point') return [];
  const half = (name: string, label: string): Target => ({
    value: `${field.name}.${name}`,
    label: `${titleOf(field.title)} · ${label}`,
    required: false,
  });
  return [half('lng', longitude), half('lat', latitude)];
}

function targetsOf(
  definition: RecordDefinition,
  longitude: string,
  latitude: string,
): readonly Target[] {
  const own = definition.fields.filter(
    (field) => !field.read_only && !['files', 'computed', 'signature'].includes(field.type),
  );
  return [
    ...own.flatMap((field) => [
      {
        value: field.name,
        label: titleOf(field.title),
        required: Boolean(field.required) && field.default === undefined,
      },
      ...halvesOf(field, longitude, latitude),
    ]),
    ...definition.rows.flatMap((rows) =>
      rows.fields.map((field) => ({
        value: `${rows.name}.${field.name}`,
        label: `${titleOf(rows.title)} · ${titleOf(field.title)}`,
        required: false,
      })),
    ),
  ];
}

export function Mapping({ data, definition, onCheck, onCancel }: MappingProps): JSX.Element {
  const t = useText(importTexts);
  const [mapping, setMapping] = useState(data.mapping);
  const targets = targetsOf(definition, t('longitude'), t('latitude'));
  const used = Object.values(mapping).filter(Boolean);
  const missing = targets.filter(({ value, required }) => required && !used.includes(value));
  const twice = targets.find(({ value }) => used.filter((each) => each === value).length > 1);
  const set = (heading: string, field: string): void => {
    const next = { ...mapping };
    if (field) next[heading] = field;
    else delete next[heading];
    setMapping(next);
  };
  const options = [
    { value: '', label: t('ignore') },
    ...targets.map(({ value, label, required }) => ({
      value,
      label: required ? `${label} *` : label,
    })),
  ];
  return (
    <>
      <p className="quiet">{t('mappingHint')}</p>
      <div className="admin-scroll" tabIndex={0} role="region" aria-label={t('stepMapping')}>
        <table className="admin-table mapping">
          <thead>
            <tr>
              <th scope="col">{t('heading')}</th>
              <th scope="col">{t('sample')}</th>
              <th scope="col">{t('field')}</th>
            </tr>
          </thead>
          <tbody>
            {data.headings.map((heading, at) => (
              <tr key={heading}>
                <td>{heading}</td>
                <td data-title={t('sample')} className="quiet">
                  {data.preview
                    .slice(0, 3)
                    .map((row) => String(row[at] ?? ''))
                    .filter(Boolean)
                    .join('、')}
                </td>
                <td>
                  <Select
                    aria-label={heading}
                    showSearch={{ optionFilterProp: 'label' }}
                    style={{ width: 260 }}
                    value={mapping[heading] ?? ''}
                    options={options}
                    onChange={(field) => set(heading, field)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {missing.length > 0 && (
        <p className="import-warning">
          {t('missing', { fields: missing.map(({ label }) => label).join('、') })}
        </p>
      )}
      {twice && <p className="import-warning">{t('duplicate', { field: twice.label })}</p>}
      <p className="import-actions">
        <Button
          type="primary"
          disabled={Boolean(twice) || used.length === 0}
          onClick={() => onCheck(mapping)}
        >
          {t('check')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </p>
    </>
  );
}
