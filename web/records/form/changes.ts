// What a form changes: a draft keeps and a save sends only the members that differ from the record.
import type { RecordDefinition, Values } from '../../client/types';
import { isReference } from '../labels';
import { isBlank } from '../values/FieldValue';

// The same value however it is written: {id, label} as id, nothing as null, rows without order of keys.
function canonical(value: unknown): unknown {
  if (isBlank(value)) return null;
  if (Array.isArray(value)) return value.map(canonical);
  if (isReference(value) && ('label' in value || 'name' in value)) return value.id;
  if (typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value as object)
        .filter(([key, each]) => !isBlank(each) && !key.startsWith('_'))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, each]) => [key, canonical(each)]),
    );
  return String(value);
}

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
}

export function writable(definition: RecordDefinition): readonly string[] {
  return [
    ...definition.fields
      .filter((field) => !field.read_only && field.type !== 'computed')
      .map(({ name }) => name),
    ...definition.rows.map(({ name }) => name),
  ];
}

export function changesOf(definition: RecordDefinition, base: Values, values: Values): Values {
  const changed = writable(definition).filter((name) => !same(base[name], values[name]));
  return Object.fromEntries(changed.map((name) => [name, values[name] ?? null]));
}

// As the interface wants it: references as ids, the form's own marks (_key) removed.
export function bodyOf(values: Values): Values {
  const clean = (value: unknown): unknown => {
    if (value === '' || value === undefined) return null;
    if (Array.isArray(value)) return value.map(clean);
    if (isReference(value) && 'label' in value) return value.id;
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value)
          .filter(([key]) => !key.startsWith('_'))
          .map(([key, each]) => [key, clean(each)]),
      );
    return value;
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, clean(value)]));
}

export interface Difference {
  readonly name: string;
  readonly before: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
}

// Members both sides changed to different values.
export function conflictsOf(
  definition: RecordDefinition,
  base: Values,
  mine: Values,
  theirs: Values,
): readonly Difference[] {
  return Object.keys(changesOf(definition, base, { ...base, ...mine }))
    .filter((name) => !same(base[name], theirs[name]) && !same(mine[name], theirs[name]))
    .map((name) => ({ name, before: base[name], mine: mine[name], theirs: theirs[name] }));
}
