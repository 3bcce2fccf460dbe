// Fields by name: those a record declares and the standard ones every record has.
import type { Field, FieldType, RecordDefinition, State } from '../client/types';
import { titleOf } from '../kit/language';
import { en } from './en';
import { zh } from './zh';

function standard(name: keyof typeof zh, type: FieldType): Field {
  return { name, title: { zh: zh[name], en: en[name] }, type, read_only: true };
}

const standards: readonly Field[] = [
  standard('number', 'text'),
  standard('state', 'code'),
  standard('organisation', 'organisation'),
  standard('region', 'region'),
  standard('due_at', 'datetime'),
  standard('overdue_days', 'integer'),
  standard('created_at', 'datetime'),
  standard('created_by', 'user'),
  standard('updated_at', 'datetime'),
  standard('updated_by', 'user'),
  standard('deleted_at', 'datetime'),
];

export function fieldOf(record: RecordDefinition, name: string): Field | undefined {
  return (
    record.fields.find((field) => field.name === name) ??
    standards.find((field) => field.name === name)
  );
}

// What a value looks like: a computed field looks like its result.
export function shapeOf(field: Field): FieldType {
  return field.type === 'computed' ? (field.computed_type ?? 'text') : field.type;
}

export function isNumber(field: Field): boolean {
  return ['integer', 'decimal', 'money'].includes(shapeOf(field));
}

// Fields that make sense as a column of the list.
export function listable(record: RecordDefinition): readonly Field[] {
  const own = record.fields.filter(
    (field) => !['signature', 'polygon', 'person'].includes(field.type),
  );
  const missing = standards.filter(({ name }) => {
    if (own.some((field) => field.name === name)) return false;
    if (name === 'number') return record.number !== '';
    if (name === 'state') return record.states.length > 1;
    return (
      !(['due_at', 'overdue_days'].includes(name) && record.states.length < 2) &&
      name !== 'deleted_at'
    );
  });
  return [...missing.slice(0, 2), ...own, ...missing.slice(2)];
}

export function stateName(state: State): string {
  return typeof state === 'string' ? state : state.name;
}

export function stateTitle(record: RecordDefinition, name: string): string {
  const found = record.states.find((state) => stateName(state) === name);
  return found && typeof found !== 'string' ? titleOf(found.title) : name;
}

// The database cannot filter by a picture or a shape.
export function filterable(field: Field): boolean {
  return !['files', 'signature', 'point', 'polygon', 'person'].includes(field.type);
}
