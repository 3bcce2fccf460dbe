// Faults name a place as "unit_name" or "permits[2].permit_to"; controls carry the same as their id.

export interface Place {
  readonly rows?: string;
  readonly at?: number;
  readonly field: string;
}

export function readPath(path: string): Place {
  const [, rows, at, field] = /^(\w+)\[(\d+)\](?:\.(\w+))?$/.exec(path) ?? [];
  if (rows) return { rows, at: Number(at), field: field ?? '' };
  return { field: path };
}

export function rowPath(rows: string, at: number, field: string): string {
  return `${rows}[${at}].${field}`;
}

export function controlId(path: string): string {
  return `field-${path.replace(/[[\].]+/g, '-')}`;
}

export function jumpTo(path: string): void {
  const place = readPath(path);
  const target =
    document.getElementById(controlId(path)) ??
    document.getElementById(controlId(place.rows ?? place.field));
  target?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  const control = target?.matches('input, textarea, select, button, [tabindex]')
    ? target
    : target?.querySelector<HTMLElement>('input, textarea, button, [tabindex]');
  control?.focus({ preventScroll: true });
}
