// Widths by what a column holds: numbers narrow, the label as wide as there is room.
import type { Field, RecordDefinition } from '../../client/types';
import { isNumber, shapeOf } from '../fields';

const widths: Readonly<Record<string, number>> = {
  number: 164,
  state: 110,
  boolean: 80,
  date: 116,
  datetime: 140,
  integer: 104,
  decimal: 120,
  money: 140,
  code: 92,
  codes: 180,
  credit_code: 176,
  id_card: 200,
  phone: 130,
  region: 104,
  user: 96,
  organisation: 210,
  ref: 210,
  refs: 210,
  files: 96,
  point: 170,
};

export function widthOf(record: RecordDefinition, field: Field): number {
  if (field.name === record.label && field.name !== 'number') return 210;
  if (field.name === 'number' || field.name === 'state') return widths[field.name]!;
  return widths[shapeOf(field)] ?? 140;
}

export function templateOf(
  record: RecordDefinition,
  fields: readonly Field[],
): { template: string; print: string; width: number } {
  const parts = fields.map((field) => {
    const width = widthOf(record, field);
    return isNumber(field) || shapeOf(field) === 'date' || shapeOf(field) === 'datetime'
      ? `${width}px`
      : `minmax(${width}px, ${width}fr)`;
  });
  return {
    template: `40px ${parts.join(' ')}`,
    print: fields.map((field) => `minmax(0, ${widthOf(record, field)}fr)`).join(' '),
    width: 40 + fields.reduce((sum, field) => sum + widthOf(record, field), 0),
  };
}
