import { wordOf, type Translate } from '../kit/language';
import { en } from './en';
import { zh } from './zh';

export const adminTexts = { zh, en };
export type AdminKey = keyof typeof zh;

// A word for a code such as status `active`; the code itself where there is none.
export function wordFor(t: Translate<AdminKey>, prefix: string, code: string): string {
  return wordOf(zh, t, prefix, code);
}
