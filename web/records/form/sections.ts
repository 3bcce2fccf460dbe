// How a definition lays out its fields; without a form every field, two a line.
import type { RecordDefinition, Section } from '../../client/types';

export function sectionsOf(definition: RecordDefinition): readonly Section[] {
  if (definition.form.length > 0) return definition.form;
  const names = definition.fields.filter((field) => !field.read_only).map(({ name }) => name);
  const lines = names.flatMap((_, at) => (at % 2 === 0 ? [names.slice(at, at + 2)] : []));
  return [{ lines: [...lines, ...definition.rows.map(({ name }) => [name])] }];
}
