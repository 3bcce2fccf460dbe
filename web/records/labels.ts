// How a row is named to people.
import type { RecordDefinition, RecordRow, Reference } from '../client/types';

export function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && 'id' in value;
}

export function referenceLabel(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isReference(value)) return '';
  const { label, name } = value as { label?: string; name?: string };
  return label ?? name ?? String(value.id);
}

export function labelOf(record: RecordDefinition, row: RecordRow): string {
  const label = row[record.label];
  if (typeof label === 'string' && label) return label;
  if (isReference(label)) return referenceLabel(label);
  return row.number ?? row.id;
}
