// Filters, order and keyset pages over rows in memory, as docs/api.md describes them.
import type { Row } from './data.ts';

const reserved = new Set([
  'q',
  'order',
  'limit',
  'after',
  'count',
  'columns',
  'rule',
  'deleted',
  'format',
]);

function plain(value: unknown): unknown {
  return value && typeof value === 'object' && 'id' in value ? (value as { id: string }).id : value;
}

function values(text: string): string[] {
  return text.replace(/^\(|\)$/g, '').split(',');
}

function matches(cell: unknown, condition: string): boolean {
  const dot = condition.indexOf('.');
  const operator = dot < 0 ? condition : condition.slice(0, dot);
  const given = condition.slice(dot + 1);
  if (operator === 'null') return cell === null || cell === undefined;
  if (operator === 'notnull') return cell !== null && cell !== undefined;
  const many = Array.isArray(cell)
    ? cell.map((each) => String(plain(each)))
    : [String(plain(cell) ?? '')];
  const number = Number(given);
  const order = (value: string): number =>
    typeof cell === 'number' && !Number.isNaN(number)
      ? Number(value) - number
      : value < given
        ? -1
        : value > given
          ? 1
          : 0;
  switch (operator) {
    case 'eq':
      return many.includes(given);
    case 'ne':
      return !many.includes(given);
    case 'in':
      return many.some((each) => values(given).includes(each));
    case 'like':
      return many.some((each) => each.includes(given.replaceAll('*', '')));
    case 'prefix':
      return many.some((each) => each.startsWith(given));
    case 'gt':
      return order(many[0]!) > 0;
    case 'gte':
      return order(many[0]!) >= 0;
    case 'lt':
      return order(many[0]!) < 0;
    case 'lte':
      return order(many[0]!) <= 0;
    default:
      return true;
  }
}

export function select(
  rows: readonly Row[],
  query: URLSearchParams,
  search: readonly string[],
): Row[] {
  const deleted = query.get('deleted') === 'only';
  const text = query.get('q');
  const chosen = rows.filter((row) => {
    if (Boolean(row.deleted_at) !== deleted) return false;
    if (text && !search.some((name) => String(row[name] ?? '').includes(text))) return false;
    for (const [name, condition] of query)
      if (!reserved.has(name) && !matches(row[name], condition)) return false;
    return true;
  });
  const order = query.get('order');
  if (!order) return chosen;
  const name = order.replace(/^-/, '');
  const sign = order.startsWith('-') ? -1 : 1;
  return chosen.sort((one, other) => {
    const [a, b] = [plain(one[name]), plain(other[name])];
    if (a === b) return 0;
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    return typeof a === 'string' && typeof b === 'string'
      ? sign * a.localeCompare(b, 'zh')
      : sign * (a < b ? -1 : 1);
  });
}

export function page(rows: readonly unknown[], query: URLSearchParams): unknown {
  const limit = Number(query.get('limit') ?? 50);
  const from = Number(query.get('after') ?? 0);
  const next = from + limit < rows.length ? String(from + limit) : null;
  return {
    items: rows.slice(from, from + limit),
    next,
    ...(query.get('count') === 'exact' ? { total: rows.length } : {}),
    undecided: 0,
  };
}
