// The facts in the sections of the form, empty ones left out; rows as tables; files with preview.
import { lazy, Suspense, type JSX } from 'react';
import type {
  Field,
  FileValue,
  PointValue,
  RecordDefinition,
  RecordRow,
  Values,
} from '../../client/types';
import { titleOf } from '../../kit/language';
import { cornersOf, type Polygon } from '../form/corners';
import { sectionsOf } from '../form/sections';
import { FieldValue, isBlank } from '../values/FieldValue';
import { Files } from './Files';
import { RowsTable } from './RowsTable';
import { Unmask } from './Unmask';

const OutlineMap = lazy(() =>
  import('../form/OutlineMap').then((module) => ({ default: module.OutlineMap })),
);

export interface FactsProps {
  readonly definition: RecordDefinition;
  readonly row: RecordRow;
  readonly unmasking: boolean;
}

export function Facts({ definition, row, unmasking }: FactsProps): JSX.Element {
  const placed = sectionsOf(definition);
  const named = new Set(placed.flatMap(({ lines }) => lines.flat()));
  const members = [...definition.fields, ...definition.rows].map(({ name }) => name);
  const rest = members.filter((name) => !named.has(name) && !isBlank(row[name]));
  const sections = rest.length ? [...placed, { lines: [rest] }] : placed;
  return (
    <>
      {sections.map((section, at) => {
        const names = section.lines.flat();
        const fields = names
          .map((name) => definition.fields.find((field) => field.name === name))
          .filter((field) => field !== undefined);
        const rows = names
          .map((name) => definition.rows.find((each) => each.name === name))
          .filter((each) => each !== undefined);
        const filled = fields.filter((field) => !isBlank(row[field.name]));
        if (filled.length === 0 && rows.length === 0) return null;
        return (
          <section key={titleOf(section.title) || at} className="facts">
            {section.title && <h2>{titleOf(section.title)}</h2>}
            <dl>
              {filled.map((field) => (
                <Fact
                  key={field.name}
                  definition={definition}
                  row={row}
                  field={field}
                  unmasking={unmasking}
                />
              ))}
            </dl>
            {rows.map((each) => (
              <RowsTable
                key={each.name}
                rows={each}
                values={(row[each.name] ?? []) as readonly Values[]}
              />
            ))}
          </section>
        );
      })}
    </>
  );
}

// Too long for half a phone.
const long: ReadonlySet<string> = new Set([
  'credit_code',
  'id_card',
  'organisation',
  'ref',
  'refs',
]);

interface FactProps extends FactsProps {
  readonly field: Field;
}

function Fact({ definition, row, field, unmasking }: FactProps): JSX.Element {
  const value = row[field.name];
  const masked = row.masked?.includes(field.name) ?? false;
  const wide =
    field.multiline ||
    (field.max ?? 0) >= 300 ||
    ['files', 'point', 'polygon', 'signature'].includes(field.type);
  const places =
    field.type === 'point'
      ? [value as PointValue]
      : field.type === 'polygon'
        ? cornersOf(value as Polygon).map(([lng, lat]) => ({ lng: lng!, lat: lat! }))
        : undefined;
  return (
    <div className={wide ? 'wide' : long.has(field.type) ? 'long' : undefined}>
      <dt>{titleOf(field.title)}</dt>
      <dd>
        {field.type === 'files' || field.type === 'signature' ? (
          <Files
            record={definition.name}
            id={row.id}
            field={field.name}
            files={[value].flat() as readonly FileValue[]}
          />
        ) : (
          <span className={field.multiline ? 'facts-text' : undefined}>
            <FieldValue field={field} value={value} record={definition} />
            {field.unit && ` ${field.unit}`}
          </span>
        )}
        {masked && unmasking && <Unmask record={definition.name} id={row.id} field={field} />}
        {places && (
          <Suspense fallback={null}>
            <OutlineMap area={field.type === 'polygon'} points={places} />
          </Suspense>
        )}
      </dd>
    </div>
  );
}
