import { instantMax, instantMin } from './days';
import {
  Day,
  Decimal,
  Instant,
  Span,
  Uint,
  Unknown,
  fieldOf,
  intMax,
  intMin,
  isList,
  isMap,
  isMissing,
  type RuleValue,
} from './values';

// Operators on values, the same as src/kernel/rules/operations.cpp: null and Unknown give Unknown,
// except in `equal`, where both count as "no value". `undefined` as a truth is unknown.

export type Truth = boolean | undefined;

const divisionScale = 6;
const textMax = 1 << 20;
const spanMax = 315_576_000_000_000;

export const overflow = new Unknown('OVERFLOW');
export const byZero = new Unknown('DIVISION_BY_ZERO');
export const noValue = new Unknown('NO_VALUE');
export const noOverload = new Unknown('NO_OVERLOAD');

// Steps left for macros and deep comparisons of one evaluation.
export class Budget {
  left = 2_000_000;
  spend(steps: number): boolean {
    this.left -= steps;
    return this.left > 0;
  }
}

function mismatch(...operands: RuleValue[]): Unknown {
  return operands.some(isMissing) ? noValue : noOverload;
}

function int(value: bigint): RuleValue {
  return value > intMax || value < intMin ? overflow : value;
}

function uint(value: bigint): RuleValue {
  return value < 0n || value > 2n ** 64n - 1n ? overflow : new Uint(value);
}

function decimal(unscaled: bigint, scale: number): RuleValue {
  return scale > 18 || !fits(unscaled) ? overflow : new Decimal(unscaled, scale);
}

function real(value: number): RuleValue {
  return Number.isFinite(value) ? value : overflow;
}

function instant(milliseconds: number): RuleValue {
  const inside = milliseconds >= instantMin && milliseconds <= instantMax;
  return inside ? new Instant(milliseconds) : overflow;
}

function span(milliseconds: number): RuleValue {
  return Math.abs(milliseconds) <= spanMax ? new Span(milliseconds) : overflow;
}

// An int counts as a decimal without places.
function decimals(a: RuleValue, b: RuleValue): [Decimal, Decimal] | undefined {
  if (!(a instanceof Decimal) && !(b instanceof Decimal)) return undefined;
  const widened = (value: RuleValue) => (typeof value === 'bigint' ? new Decimal(value, 0) : value);
  const [left, right] = [widened(a), widened(b)];
  return left instanceof Decimal && right instanceof Decimal ? [left, right] : undefined;
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  const at = (value: Decimal) => value.unscaled * 10n ** BigInt(scale - value.scale);
  return [at(a), at(b), scale];
}

// A result may use 64 bits, unscaled.
function fits(...values: bigint[]): boolean {
  return values.every((value) => value <= intMax && value >= intMin);
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < left.length && i < right.length; ++i) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; ++i) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}

// Negative, zero, positive; undefined when the two have no order.
export function order(a: RuleValue, b: RuleValue): number | undefined {
  const sign = <T extends bigint | number | boolean>(x: T, y: T) => (x < y ? -1 : x > y ? 1 : 0);
  if (typeof a === 'bigint' && typeof b === 'bigint') return sign(a, b);
  const pair = decimals(a, b);
  if (pair) {
    const [x, y] = aligned(...pair);
    return sign(x, y);
  }
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return sign(a, b);
  if (typeof a === 'number' && typeof b === 'number') return sign(a, b);
  if (a instanceof Uint && b instanceof Uint) return sign(a.value, b.value);
  if (a instanceof Day && b instanceof Day) return a.days - b.days;
  if (a instanceof Instant && b instanceof Instant) return a.milliseconds - b.milliseconds;
  if (a instanceof Span && b instanceof Span) return a.milliseconds - b.milliseconds;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  return undefined;
}

export function equal(a: RuleValue, b: RuleValue, budget: Budget): Truth {
  if (isMissing(a) || isMissing(b)) return isMissing(a) && isMissing(b);
  if (isList(a) && isList(b)) {
    if (a.length !== b.length) return false;
    return allEqual(
      a.map((item, i) => [item, b[i]!]),
      budget,
    );
  }
  if (isMap(a) && isMap(b)) {
    const names = Object.keys(a);
    if (names.length !== Object.keys(b).length) return false;
    if (names.some((name) => fieldOf(b, name) === undefined)) return false;
    return allEqual(
      names.map((name) => [a[name]!, b[name]!]),
      budget,
    );
  }
  const found = order(a, b);
  return found === undefined ? undefined : found === 0;
}

function allEqual(pairs: [RuleValue, RuleValue][], budget: Budget): Truth {
  let result: Truth = true;
  for (const [x, y] of pairs) {
    const same = budget.spend(1) ? equal(x, y, budget) : undefined;
    if (same === false || budget.left <= 0) return same;
    if (same === undefined) result = undefined;
  }
  return result;
}

export function add(a: RuleValue, b: RuleValue, budget: Budget): RuleValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a + b);
  if (a instanceof Uint && b instanceof Uint) return uint(a.value + b.value);
  const pair = decimals(a, b);
  if (pair) {
    const [x, y, scale] = aligned(...pair);
    return fits(x, y) ? decimal(x + y, scale) : overflow;
  }
  if (typeof a === 'number' && typeof b === 'number') return real(a + b);
  if (typeof a === 'string' && typeof b === 'string')
    return a.length + b.length > textMax ? new Unknown('LIMIT') : a + b;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Uint8Array.from([...a, ...b]);
  if (a instanceof Instant && b instanceof Span) return instant(a.milliseconds + b.milliseconds);
  if (a instanceof Span && b instanceof Instant) return instant(a.milliseconds + b.milliseconds);
  if (a instanceof Span && b instanceof Span) return span(a.milliseconds + b.milliseconds);
  if (isList(a) && isList(b)) {
    const size = a.length + b.length;
    return size <= 100_000 && budget.spend(size) ? [...a, ...b] : new Unknown('LIMIT');
  }
  return mismatch(a, b);
}

export function subtract(a: RuleValue, b: RuleValue): RuleValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a - b);
  if (a instanceof Uint && b instanceof Uint) return uint(a.value - b.value);
  const pair = decimals(a, b);
  if (pair) {
    const [x, y, scale] = aligned(...pair);
    return fits(x, y) ? decimal(x - y, scale) : overflow;
  }
  if (typeof a === 'number' && typeof b === 'number') return real(a - b);
  if (a instanceof Instant && b instanceof Instant) return span(a.milliseconds - b.milliseconds);
  if (a instanceof Instant && b instanceof Span) return instant(a.milliseconds - b.milliseconds);
  if (a instanceof Span && b instanceof Span) return span(a.milliseconds - b.milliseconds);
  return mismatch(a, b);
}

export function multiply(a: RuleValue, b: RuleValue): RuleValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a * b);
  if (a instanceof Uint && b instanceof Uint) return uint(a.value * b.value);
  const pair = decimals(a, b);
  if (pair) {
    const [x, y] = pair;
    return decimal(x.unscaled * y.unscaled, x.scale + y.scale);
  }
  if (typeof a === 'number' && typeof b === 'number') return real(a * b);
  return mismatch(a, b);
}

export function divide(a: RuleValue, b: RuleValue): RuleValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') return b === 0n ? byZero : int(a / b);
  if (a instanceof Uint && b instanceof Uint)
    return b.value === 0n ? byZero : uint(a.value / b.value);
  const pair = decimals(a, b);
  if (pair) return divideDecimals(...pair);
  if (typeof a === 'number' && typeof b === 'number') return b === 0 ? byZero : real(a / b);
  return mismatch(a, b);
}

// Half-up; the dividend with the places it needs must itself fit.
function divideDecimals(a: Decimal, b: Decimal): RuleValue {
  if (b.unscaled === 0n) return byZero;
  const scale = Math.max(divisionScale, a.scale);
  const places = scale - a.scale + b.scale;
  const dividend = a.unscaled * 10n ** BigInt(places);
  if (places > 18 || !fits(dividend)) return overflow;
  const [n, d] = [dividend < 0n ? -dividend : dividend, b.unscaled < 0n ? -b.unscaled : b.unscaled];
  const magnitude = (2n * n + d) / (2n * d);
  return decimal(dividend < 0n === b.unscaled < 0n ? magnitude : -magnitude, scale);
}

export function modulo(a: RuleValue, b: RuleValue): RuleValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') return b === 0n ? byZero : a % b;
  if (a instanceof Uint && b instanceof Uint)
    return b.value === 0n ? byZero : uint(a.value % b.value);
  return mismatch(a, b);
}

export function negate(value: RuleValue): RuleValue {
  if (typeof value === 'bigint') return int(-value);
  if (value instanceof Decimal) return decimal(-value.unscaled, value.scale);
  if (typeof value === 'number') return -value;
  if (value instanceof Span) return new Span(-value.milliseconds);
  return mismatch(value);
}

export function index(container: RuleValue, key: RuleValue): RuleValue {
  if (isList(container)) {
    if (typeof key !== 'bigint') return mismatch(container, key);
    const inside = key >= 0n && key < BigInt(container.length);
    return inside ? container[Number(key)]! : new Unknown('NO_SUCH_INDEX');
  }
  if (typeof key !== 'string') return mismatch(container, key);
  return fieldOf(container, key) ?? (isMissing(container) ? noValue : missingKey(container, key));
}

function missingKey(container: RuleValue, key: string): RuleValue {
  return fieldOf(container, key) === null ? null : new Unknown('NO_SUCH_KEY');
}

export function contained(element: RuleValue, container: RuleValue, budget: Budget): Truth {
  if (isList(container)) {
    let result: Truth = false;
    for (const item of container) {
      const found = budget.spend(1) ? equal(element, item, budget) : undefined;
      if (found === true || budget.left <= 0) return found;
      if (found === undefined) result = undefined;
    }
    return result;
  }
  if (typeof element === 'string' && isMap(container))
    return fieldOf(container, element) !== undefined;
  return undefined;
}

// The exact sum of ints, or of ints and decimals.
export function sum(terms: RuleValue[]): RuleValue {
  let total = new Decimal(0n, 0);
  let anyDecimal = false;
  for (const term of terms) {
    if (typeof term !== 'bigint' && !(term instanceof Decimal)) return mismatch(term);
    anyDecimal ||= term instanceof Decimal;
    const [x, y, scale] = aligned(total, term instanceof Decimal ? term : new Decimal(term, 0));
    total = new Decimal(x + y, scale);
  }
  return anyDecimal ? decimal(total.unscaled, total.scale) : int(total.unscaled);
}
