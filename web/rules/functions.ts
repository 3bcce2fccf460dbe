import {
  civilOf,
  dayMax,
  dayMin,
  dayMs,
  dayOfInstant,
  dayText,
  daysOf,
  instantText,
  monthsBetween,
  parseDay,
  parseInstant,
  plusMonths,
  zoneMs,
  zoneOffset,
} from './days';
import { noOverload, overflow } from './operations';
import {
  Day,
  Decimal,
  Instant,
  Span,
  Uint,
  Unknown,
  intMax,
  intMin,
  isList,
  isMap,
  within,
  type RuleValue,
} from './values';

// The functions of the rule language, the same as src/kernel/rules/functions.cpp.

export interface Clock {
  readonly now: Instant;
  // The running number of workdays up to and with a day; undefined for a day nobody entered.
  readonly workdayNumber?: (days: number) => number | undefined;
}

export type Style = 'global' | 'receiver' | 'both';
export interface RuleFunction {
  readonly style: Style;
  readonly counts: readonly number[]; // of arguments, the receiver included
  readonly call: (args: RuleValue[], clock: Clock, name: string) => RuleValue;
}

const refused = new Unknown('CONVERSION');

function size(value: RuleValue): RuleValue {
  if (typeof value === 'string') return BigInt(Array.from(value).length);
  if (value instanceof Uint8Array || isList(value)) return BigInt(value.length);
  return isMap(value) ? BigInt(Object.keys(value).length) : noOverload;
}

function onTexts(test: (text: string, part: string) => RuleValue): RuleFunction['call'] {
  return ([text, part]) =>
    typeof text === 'string' && typeof part === 'string' ? test(text, part) : noOverload;
}

function onText(change: (text: string) => string): RuleFunction['call'] {
  return ([text]) => (typeof text === 'string' ? change(text) : noOverload);
}

// Patterns that RE2 and the browser read alike; the browser's own engine has no time limit, so
// definitions keep them simple (docs/rules.md).
function matches(text: string, pattern: string): RuleValue {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return new Unknown('PATTERN');
  }
}

const blank = '[ \\t-\\r\\u00a0\\u3000]+';
const blanks = new RegExp(`^${blank}|${blank}$`, 'g');

function toInt(value: RuleValue): RuleValue {
  if (typeof value === 'bigint') return value;
  if (value instanceof Uint) return value.value > intMax ? overflow : value.value;
  if (typeof value === 'number')
    return value > -9223372036854775808 && value < 9223372036854775808
      ? BigInt(Math.trunc(value))
      : overflow;
  if (value instanceof Decimal) return value.unscaled / 10n ** BigInt(value.scale);
  if (value instanceof Instant) return BigInt(Math.floor(value.milliseconds / 1000));
  if (typeof value === 'string' && /^-?[0-9]+$/.test(value)) {
    const number = BigInt(value);
    return number > intMax || number < intMin ? refused : number;
  }
  return refused;
}

function toUint(value: RuleValue): RuleValue {
  if (value instanceof Uint) return value;
  if (typeof value === 'bigint' && value >= 0n) return new Uint(value);
  if (typeof value === 'number' && value > -1 && value < 18446744073709551616)
    return new Uint(BigInt(Math.trunc(value)));
  if (typeof value === 'string' && /^[0-9]+$/.test(value) && BigInt(value) < 2n ** 64n)
    return new Uint(BigInt(value));
  return refused;
}

function toDouble(value: RuleValue): RuleValue {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint) return Number(value.value);
  if (value instanceof Decimal) return Number(value.toString());
  const plain = /^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/;
  if (typeof value === 'string' && plain.test(value) && Number.isFinite(Number(value)))
    return Number(value);
  return refused;
}

function spanText({ milliseconds }: Span): string {
  const rest = Math.abs(milliseconds);
  const fraction = String(rest % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '');
  return `${milliseconds < 0 ? '-' : ''}${Math.floor(rest / 1000)}${fraction && '.' + fraction}s`;
}

function toText(value: RuleValue): RuleValue {
  if (typeof value === 'string') return value;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'boolean' || typeof value === 'bigint' || typeof value === 'number')
    return String(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Decimal) return value.toString();
  if (value instanceof Day) return dayText(value);
  if (value instanceof Instant) return instantText(value);
  if (value instanceof Span) return spanText(value);
  if (!(value instanceof Uint8Array)) return refused;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return refused;
  }
}

function toBool(value: RuleValue): RuleValue {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : refused;
}

function toDecimal(value: RuleValue): RuleValue {
  if (value instanceof Decimal) return value;
  if (typeof value === 'bigint') return new Decimal(value, 0);
  return (typeof value === 'string' ? Decimal.parse(value) : undefined) ?? refused;
}

function toDay(value: RuleValue): RuleValue {
  if (value instanceof Day) return value;
  if (value instanceof Instant) return new Day(dayOfInstant(value.milliseconds, zoneMs));
  return (typeof value === 'string' ? parseDay(value) : undefined) ?? refused;
}

function toInstant(value: RuleValue): RuleValue {
  if (value instanceof Instant) return value;
  if (value instanceof Day) return new Instant(value.days * dayMs - zoneMs);
  return (typeof value === 'string' ? parseInstant(value) : undefined) ?? refused;
}

// "1h30m", "90s", "1.5s", "-250ms".
function toSpan(value: RuleValue): RuleValue {
  if (value instanceof Span) return value;
  const match =
    typeof value === 'string' && /^([+-]?)((?:[0-9]+(?:\.[0-9]+)?(?:h|ms|m|s))+|0)$/.exec(value);
  if (!match) return refused;
  const units: Record<string, bigint> = { h: 3_600_000n, m: 60_000n, s: 1000n, ms: 1n };
  let total = 0n;
  for (const [, digits, unit] of match[2]!.matchAll(/([0-9.]+)(h|ms|m|s)/g)) {
    const number = Decimal.parse(digits!);
    if (!number) return refused;
    total += (number.unscaled * units[unit!]!) / 10n ** BigInt(number.scale);
  }
  if (total > 315_576_000_000_000n) return refused;
  return new Span(Number(match[1] === '-' ? -total : total));
}

function part([of, zone]: RuleValue[], name: string, count: number): RuleValue {
  if (of instanceof Span && count === 1) return spanPart(name, of.milliseconds);
  if (of instanceof Day) return count === 1 ? dayPart(name, of.days) : noOverload;
  if (!(of instanceof Instant)) return noOverload;
  const offset = count === 1 ? zoneMs : typeof zone === 'string' ? zoneOffset(zone) : undefined;
  if (offset === undefined) return new Unknown('TIME_ZONE');
  const day = dayOfInstant(of.milliseconds, offset);
  const rest = of.milliseconds + offset - day * dayMs;
  const unit = units[name];
  if (unit)
    return BigInt(Math.floor(rest / unit) % (unit === 1 ? 1000 : unit === 3_600_000 ? 24 : 60));
  return day < dayMin || day > dayMax ? overflow : dayPart(name, day);
}

const units: Record<string, number> = {
  getHours: 3_600_000,
  getMinutes: 60_000,
  getSeconds: 1000,
  getMilliseconds: 1,
};

function spanPart(name: string, milliseconds: number): RuleValue {
  const unit = units[name];
  if (!unit) return noOverload;
  return BigInt(unit === 1 ? milliseconds % 1000 : Math.trunc(milliseconds / unit));
}

function dayPart(name: string, days: number): RuleValue {
  const { year, month, day } = civilOf(days);
  const parts: Record<string, number> = {
    getFullYear: year,
    getMonth: month - 1,
    getDate: day,
    getDayOfMonth: day - 1,
    getDayOfWeek: (((days + 4) % 7) + 7) % 7,
    getDayOfYear: days - daysOf({ year, month: 1, day: 1 }),
  };
  const found = parts[name];
  return found === undefined ? noOverload : BigInt(found);
}

function dayNumber(value: RuleValue | undefined): number | undefined {
  if (value instanceof Day) return value.days;
  return value instanceof Instant ? dayOfInstant(value.milliseconds, zoneMs) : undefined;
}

function between(measure: (a: number, b: number, clock: Clock) => RuleValue): RuleFunction['call'] {
  return ([a, b], clock) => {
    const [from, to] = [dayNumber(a), dayNumber(b)];
    return from === undefined || to === undefined ? noOverload : measure(from, to, clock);
  };
}

function workdays(a: number, b: number, clock: Clock): RuleValue {
  const [from, to] = [clock.workdayNumber?.(a), clock.workdayNumber?.(b)];
  if (from === undefined || to === undefined) return new Unknown('CALENDAR_MISSING');
  return BigInt(to - from);
}

function shifted(
  limit: bigint,
  move: (days: number, count: number) => number | undefined,
): RuleFunction['call'] {
  return ([from, count]) => {
    if (!(from instanceof Day) || typeof count !== 'bigint') return noOverload;
    const moved = within(count, limit + 1n) ? move(from.days, Number(count)) : undefined;
    return moved === undefined || moved < dayMin || moved > dayMax ? overflow : new Day(moved);
  };
}

function one(call: (value: RuleValue) => RuleValue, style: Style = 'global'): RuleFunction {
  return { style, counts: [1], call: ([value]) => call(value!) };
}

const parts: RuleFunction = {
  style: 'receiver',
  counts: [1, 2],
  call: (args, _clock, name) => part(args, name, args.length),
};
const text = (call: RuleFunction['call']): RuleFunction => ({ style: 'both', counts: [1], call });
const test = (call: RuleFunction['call'], style: Style = 'receiver'): RuleFunction => ({
  style,
  counts: [2],
  call,
});
const pair = (call: RuleFunction['call']): RuleFunction => ({ style: 'global', counts: [2], call });
const bare = (call: (clock: Clock) => RuleValue): RuleFunction => ({
  style: 'global',
  counts: [0],
  call: (_args, clock) => call(clock),
});

export const functions: Readonly<Record<string, RuleFunction>> = {
  size: one(size, 'both'),
  contains: test(onTexts((whole, piece) => whole.includes(piece))),
  startsWith: test(onTexts((whole, piece) => whole.startsWith(piece))),
  endsWith: test(onTexts((whole, piece) => whole.endsWith(piece))),
  matches: test(onTexts(matches), 'both'),
  lower: text(onText((value) => value.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))),
  upper: text(onText((value) => value.replace(/[a-z]/g, (letter) => letter.toUpperCase()))),
  trim: text(onText((value) => value.replace(blanks, ''))),
  int: one(toInt),
  uint: one(toUint),
  double: one(toDouble),
  string: one(toText),
  bytes: one((value) =>
    typeof value === 'string'
      ? Uint8Array.from(new TextEncoder().encode(value))
      : value instanceof Uint8Array
        ? value
        : refused,
  ),
  bool: one(toBool),
  decimal: one(toDecimal),
  date: one(toDay),
  timestamp: one(toInstant),
  duration: one(toSpan),
  dyn: one((value) => value),
  getFullYear: parts,
  getMonth: parts,
  getDate: parts,
  getDayOfMonth: parts,
  getDayOfWeek: parts,
  getDayOfYear: parts,
  getHours: parts,
  getMinutes: parts,
  getSeconds: parts,
  getMilliseconds: parts,
  now: bare((clock) => clock.now),
  today: bare((clock) => new Day(dayOfInstant(clock.now.milliseconds, zoneMs))),
  workdays: pair(between(workdays)),
  days: pair(between((a, b) => BigInt(b - a))),
  months: pair(between((a, b) => BigInt(monthsBetween(a, b)))),
  years: pair(between((a, b) => BigInt(Math.trunc(monthsBetween(a, b) / 12)))),
  addDays: pair(shifted(10_000_000n, (days, count) => days + count)),
  addMonths: pair(shifted(120_000n, plusMonths)),
  addYears: pair(shifted(10_000n, (days, count) => plusMonths(days, count * 12))),
};
