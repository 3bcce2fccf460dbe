import { compile, type Scope } from './evaluate';
import type { Clock } from './functions';
import { Budget } from './operations';
import { parseSyntax } from './syntax';
import {
  Day,
  Decimal,
  Instant,
  Unknown,
  decimalLimit,
  within,
  type RuleMap,
  type RuleValue,
} from './values';
import { parseDay, parseInstant } from './days';

// The rule language in the browser. Forms evaluate here what the server checks again on saving; the
// shared case file (tests/rules/cases.txt) holds both to the same answers.

export { RuleSyntaxError } from './syntax';
export { Unknown, type RuleMap, type RuleValue } from './values';
export type { Clock } from './functions';

export interface Rule {
  readonly text: string;
  readonly evaluate: (scope: Scope) => RuleValue;
}

const textMax = 16 * 1024;

// Throws RuleSyntaxError. Definitions from the server are checked already.
export function parseRule(text: string): Rule {
  const body = text.length > textMax ? text.slice(0, 0) : text;
  return { text, evaluate: compile(parseSyntax(body)) };
}

// A value, or Unknown with a reason; never throws.
export function evaluateRule(rule: Rule, values: RuleMap, clock: Clock): RuleValue {
  try {
    const value = rule.evaluate({ root: values, locals: {}, clock, budget: new Budget() });
    const tooLong = value instanceof Decimal && !within(value.unscaled, decimalLimit);
    return tooLong ? new Unknown('OVERFLOW') : value;
  } catch {
    return new Unknown('LIMIT'); // the stack of a hostile rule
  }
}

// What a condition such as `visible_if` says; undefined when it cannot be decided.
export function decide(rule: Rule, values: RuleMap, clock: Clock): boolean | undefined {
  const value = evaluateRule(rule, values, clock);
  return typeof value === 'boolean' ? value : undefined;
}

export interface ValueType {
  readonly type:
    | 'bool'
    | 'int'
    | 'double'
    | 'decimal'
    | 'string'
    | 'date'
    | 'timestamp'
    | 'list'
    | 'rows'
    | 'map';
  readonly scale?: number; // of a decimal
  readonly element?: ValueType; // of a list
  readonly fields?: Readonly<Record<string, ValueType>>; // of rows and maps
}

// A value as it stands in the API's JSON. What is missing, empty in a form or not yet well written is
// null for rules, as it would be unsaved.
export function fromJson(
  json: unknown,
  { type, scale = 0, element, fields = {} }: ValueType,
): RuleValue {
  if (type === 'list')
    return Array.isArray(json) && element ? json.map((item) => fromJson(item, element)) : [];
  if (type === 'rows')
    return Array.isArray(json) ? json.map((row) => fromJson(row, { type: 'map', fields })) : [];
  if (json === null || json === undefined) return null;
  if (type === 'map') {
    const object = json as Readonly<Record<string, unknown>>;
    const entries = Object.entries(fields).map(
      ([name, field]) => [name, fromJson(object[name], field)] as const,
    );
    return Object.fromEntries(entries);
  }
  if (type === 'bool') return typeof json === 'boolean' ? json : null;
  if (type === 'double') return typeof json === 'number' ? json : null;
  const text = String(json);
  if (type === 'int') return /^-?[0-9]{1,19}$/.test(text) ? BigInt.asIntN(64, BigInt(text)) : null;
  if (type === 'decimal') return Decimal.parse(text)?.withScale(scale) ?? null;
  if (type === 'date') return parseDay(text) ?? null;
  if (type === 'timestamp') return parseInstant(text) ?? null;
  return text;
}

export function instantOf(milliseconds: number): Instant {
  return new Instant(milliseconds);
}

// For `workdays`: days with their running numbers, as the server hands them out.
export function workdayNumbers(days: Readonly<Record<string, number>>): Clock['workdayNumber'] {
  const numbers = new Map<number, number>();
  for (const [text, number] of Object.entries(days)) {
    const day = parseDay(text);
    if (day instanceof Day) numbers.set(day.days, number);
  }
  return (day) => numbers.get(day);
}
