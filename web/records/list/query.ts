// A list's state is its URL, and its URL is the query the server understands.

export type Operator =
  'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'in' | 'like' | 'prefix' | 'null' | 'notnull';

export interface Condition {
  readonly field: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

export interface ListState {
  readonly q: string;
  readonly order: string;
  readonly columns: readonly string[];
  readonly deleted: boolean;
  readonly conditions: readonly Condition[];
}

const reserved = new Set([
  'q',
  'order',
  'columns',
  'deleted',
  'limit',
  'after',
  'count',
  'rule',
  'format',
]);
const operators = new Set<string>([
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'like',
  'prefix',
  'null',
  'notnull',
]);

function readCondition(field: string, text: string): Condition | undefined {
  const [, operator = '', rest = ''] = /^([a-z]+)(?:\.([\s\S]*))?$/.exec(text) ?? [];
  if (!operators.has(operator)) return undefined;
  const values =
    operator === 'in'
      ? rest
          .replace(/^\(|\)$/g, '')
          .split(',')
          .filter(Boolean)
      : rest
        ? [rest]
        : [];
  return { field, operator: operator as Operator, values };
}

export function readState(search: URLSearchParams): ListState {
  const conditions: Condition[] = [];
  for (const [field, text] of search) {
    const condition = reserved.has(field) ? undefined : readCondition(field, text);
    if (condition) conditions.push(condition);
  }
  return {
    q: search.get('q') ?? '',
    order: search.get('order') ?? '',
    columns: (search.get('columns') ?? '').split(',').filter(Boolean),
    deleted: search.get('deleted') === 'only',
    conditions,
  };
}

function conditionText({ operator, values }: Condition): string {
  if (operator === 'null' || operator === 'notnull') return operator;
  return operator === 'in' ? `in.(${values.join(',')})` : `${operator}.${values[0] ?? ''}`;
}

export function writeState(state: ListState): URLSearchParams {
  const search = new URLSearchParams();
  if (state.q) search.set('q', state.q);
  for (const condition of state.conditions)
    search.append(condition.field, conditionText(condition));
  if (state.deleted) search.set('deleted', 'only');
  if (state.order) search.set('order', state.order);
  if (state.columns.length) search.set('columns', state.columns.join(','));
  return search;
}

// Replaces what is said about one field.
export function withConditions(
  state: ListState,
  field: string,
  next: readonly Condition[],
): ListState {
  const at = state.conditions.findIndex((condition) => condition.field === field);
  const others = state.conditions.filter((condition) => condition.field !== field);
  const place = at < 0 ? others.length : at;
  return { ...state, conditions: [...others.slice(0, place), ...next, ...others.slice(place)] };
}

// A header is pressed: ascending, then descending, then as the definition says.
export function nextOrder(order: string, field: string): string {
  if (order === field) return `-${field}`;
  return order === `-${field}` ? '' : field;
}
