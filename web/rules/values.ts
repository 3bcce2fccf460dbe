// Values of the rule language in the browser: CEL's own types plus exact decimals, days and instants.
// An int is a bigint, a double is a number. Unknown stands for error or unknown (docs/rules.md).

export class Unknown {
  constructor(readonly reason: string) {}
}

export class Uint {
  constructor(readonly value: bigint) {}
}

// At most 18 digits; 20000.00 is unscaled 2000000 with scale 2.
export class Decimal {
  constructor(
    readonly unscaled: bigint,
    readonly scale: number,
  ) {}

  static parse(text: string): Decimal | undefined {
    const match = /^([+-]?)([0-9]+)(?:\.([0-9]+))?$/.exec(text);
    if (!match) return undefined;
    const fraction = match[3] ?? '';
    const unscaled = BigInt(match[2]! + fraction);
    if (unscaled >= decimalLimit || fraction.length > 18) return undefined;
    return new Decimal(match[1] === '-' ? -unscaled : unscaled, fraction.length);
  }

  // With more places; undefined when that needs more than 18 digits.
  withScale(scale: number): Decimal | undefined {
    if (scale < this.scale) return undefined;
    const unscaled = this.unscaled * 10n ** BigInt(scale - this.scale);
    return within(unscaled, decimalLimit) ? new Decimal(unscaled, scale) : undefined;
  }

  toString(): string {
    const digits = (this.unscaled < 0n ? -this.unscaled : this.unscaled)
      .toString()
      .padStart(this.scale + 1, '0');
    const point = digits.length - this.scale;
    const sign = this.unscaled < 0n ? '-' : '';
    return sign + digits.slice(0, point) + (this.scale ? '.' + digits.slice(point) : '');
  }
}

// A calendar day, counted from 1970-01-01.
export class Day {
  constructor(readonly days: number) {}
}

// Milliseconds since 1970-01-01T00:00Z.
export class Instant {
  constructor(readonly milliseconds: number) {}
}

export class Span {
  constructor(readonly milliseconds: number) {}
}

export type RuleList = readonly RuleValue[];
export type RuleMap = { readonly [name: string]: RuleValue };
export type RuleValue =
  | Unknown
  | null
  | boolean
  | bigint
  | Uint
  | number
  | string
  | Decimal
  | Day
  | Instant
  | Span
  | Uint8Array
  | RuleList
  | RuleMap;

export const decimalLimit = 10n ** 18n;
export const intMax = 2n ** 63n - 1n;
export const intMin = -(2n ** 63n);

export function within(value: bigint, limit: bigint): boolean {
  return value < limit && value > -limit;
}

export function isMissing(value: RuleValue): value is null | Unknown {
  return value === null || value instanceof Unknown;
}

export function isList(value: RuleValue): value is RuleList {
  return Array.isArray(value);
}

const classes = [Unknown, Uint, Decimal, Day, Instant, Span, Uint8Array];

export function isMap(value: RuleValue): value is RuleMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !classes.some((type) => value instanceof type)
  );
}

export function fieldOf(container: RuleValue, name: string): RuleValue | undefined {
  return isMap(container) && Object.hasOwn(container, name) ? container[name] : undefined;
}
