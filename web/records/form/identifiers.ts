// Check digits of Chinese identifiers, as the server checks them too.
import type { FormKey } from './texts';

export interface Finding {
  readonly key: FormKey;
  readonly parameters?: Readonly<Record<string, string | number>>;
}

const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const creditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

// GB 32100-2015.
export function creditCodeFinding(text: string): Finding | undefined {
  const code = text.trim().toUpperCase();
  if (code.length !== 18) return { key: 'faultCreditLength', parameters: { count: code.length } };
  const digits = [...code].map((character) => creditAlphabet.indexOf(character));
  if (digits.includes(-1)) return { key: 'faultCreditCharacter' };
  const sum = creditWeights.reduce((total, weight, at) => total + weight * digits[at]!, 0);
  const expected = creditAlphabet[(31 - (sum % 31)) % 31]!;
  return code[17] === expected ? undefined : { key: 'faultCreditCheck', parameters: { expected } };
}

const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return (
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  );
}

// GB 11643.
export function idCardFinding(text: string): Finding | undefined {
  const number = text.trim().toUpperCase();
  if (!/^\d{17}[\dX]$/.test(number))
    return { key: 'faultIdLength', parameters: { count: number.length } };
  const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)].map(
    Number,
  );
  if (!isDay(year!, month!, day!)) return { key: 'faultIdDate' };
  const sum = idWeights.reduce((total, weight, at) => total + weight * Number(number[at]), 0);
  const expected = '10X98765432'[sum % 11]!;
  return number[17] === expected ? undefined : { key: 'faultIdCheck', parameters: { expected } };
}

export function phoneFinding(text: string): Finding | undefined {
  const phone = text.replace(/[\s-]/g, '').replace(/^\+?86(?=1\d{10}$)/, '');
  const known =
    /^1[3-9]\d{9}$/.test(phone) ||
    /^0\d{9,11}(转?\d{1,6})?$/.test(phone) ||
    /^(400|800)\d{7}$/.test(phone) ||
    /^\d{7,8}$/.test(phone) ||
    /^1\d{2,4}$/.test(phone);
  return known ? undefined : { key: 'faultPhone' };
}
