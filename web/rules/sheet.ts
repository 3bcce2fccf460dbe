import type { Clock, RuleMap, RuleValue, ValueType } from './rules';
import { fromJson, parseRule, evaluateRule } from './rules';
import { dayOfInstant, daysOf, dayText, instantText, parseInstant, zoneMs } from './days';
import { Day, Decimal, Instant, Span, Uint, Unknown, isList } from './values';

// The record type of the shared rule tests; the same as tests/rules/sheet.cpp.

const int: ValueType = { type: 'int' };
const text: ValueType = { type: 'string' };
const bool: ValueType = { type: 'bool' };
const date: ValueType = { type: 'date' };
const timestamp: ValueType = { type: 'timestamp' };
const decimal = (scale: number): ValueType => ({ type: 'decimal', scale });

const columns: Readonly<Record<string, ValueType>> = {
  ...{ i: int, j: int, k: int, s: text, t: text, b: bool, c: bool },
  ...{ d0: decimal(0), d2: decimal(2), e2: decimal(2), d6: decimal(6) },
  ...{ day: date, until: date, at: timestamp, closed: timestamp },
  items: {
    type: 'rows',
    fields: { n: int, amount: decimal(2), note: text, ok: bool, day: date },
  },
};

const user: RuleMap = { organisation: 42n, name: '李雷' };

// 2026 alone: Monday to Friday, the holiday of 1 to 7 October, and Sunday 27 September worked.
function workdayNumber(days: number): number | undefined {
  const [first, last] = [
    daysOf({ year: 2026, month: 1, day: 1 }),
    daysOf({ year: 2026, month: 12, day: 31 }),
  ];
  if (days < first || days > last) return undefined;
  let number = 0;
  for (let day = first; day <= days; ++day) {
    const weekday = (day + 3) % 7; // 0 for Monday
    const october = day - daysOf({ year: 2026, month: 10, day: 1 });
    const worked = day === daysOf({ year: 2026, month: 9, day: 27 }) || weekday < 5;
    if (worked && !(october >= 0 && october < 7)) ++number;
  }
  return number;
}

export const clock: Clock = { now: parseInstant('2026-09-28T16:00:00+08:00')!, workdayNumber };

export function readRow(json: Readonly<Record<string, unknown>>): RuleMap {
  const entries = Object.entries(columns).map(([name, type]) => [name, fromJson(json[name], type)]);
  return { ...Object.fromEntries(entries), user } as RuleMap;
}

function shortest(value: number): string {
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  return `double(${digits}E${Number(exponent)})`;
}

export function canonical(value: RuleValue): string {
  if (value instanceof Unknown) return 'unknown';
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  if (typeof value === 'number') return shortest(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint) return `${value.value}u`;
  if (value instanceof Decimal) return `decimal(${value.toString()})`;
  if (value instanceof Day) return `date(${dayText(value)})`;
  if (value instanceof Instant) return `timestamp(${instantText(value)})`;
  if (value instanceof Span) return `duration(${value.milliseconds}ms)`;
  if (value instanceof Uint8Array)
    return `bytes(${Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')})`;
  if (isList(value)) return `[${value.map(canonical).join(', ')}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}: ${canonical(value[name]!)}`).join(', ')}}`;
}

export function outcome(rule: string, row: RuleMap): string {
  try {
    return canonical(evaluateRule(parseRule(rule), row, clock));
  } catch (problem) {
    return problem instanceof Error && problem.name !== '' ? 'error RULE_SYNTAX' : 'error';
  }
}

export const today = new Day(dayOfInstant(clock.now.milliseconds, zoneMs));
