// Which places of a form hold a mask instead of the value. A child row names its own masked members.
import type { RecordDefinition, RecordRow, Values } from '../../client/types';
import { rowPath } from './paths';

export function maskedPaths(
  definition: RecordDefinition,
  row: RecordRow | undefined,
): readonly string[] {
  if (!row) return [];
  const top = row.masked ?? [];
  const paths = new Set(top);
  for (const rows of definition.rows) {
    const list = (row[rows.name] ?? []) as readonly Values[];
    list.forEach((child, at) => {
      const own = (child.masked ?? []) as readonly string[];
      for (const { name } of rows.fields)
        if (
          own.includes(name) ||
          top.includes(`${rows.name}.${name}`) ||
          top.includes(rowPath(rows.name, at, name))
        )
          paths.add(rowPath(rows.name, at, name));
    });
  }
  return [...paths];
}
