// What this device keeps: the unsent form, the secret key of the intent, and what was sent from here.
import type { Receipt, Values } from './types';

export interface Kept {
  readonly key: string;
  readonly values: Values;
}

const draftOf = (form: string): string => `weijian.intake.${form}`;
const sentName = 'weijian.intake.sent';

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function parsed<T>(text: string | null): T | undefined {
  try {
    return text ? (JSON.parse(text) as T) : undefined;
  } catch {
    return undefined;
  }
}

// One key for one intent: a retry after a lost answer must not report twice.
export function loadDraft(form: string): Kept {
  const kept = parsed<Kept>(localStorage.getItem(draftOf(form)));
  return kept?.key ? kept : { key: newKey(), values: {} };
}

export function saveDraft(form: string, kept: Kept): void {
  localStorage.setItem(draftOf(form), JSON.stringify(kept));
}

export function clearDraft(form: string): Kept {
  localStorage.removeItem(draftOf(form));
  return { key: newKey(), values: {} };
}

// Numbers only; the code opens a report and stays with the person.
export function rememberSent(receipt: Receipt): void {
  const known = sentBefore().filter((number) => number !== receipt.number);
  localStorage.setItem(sentName, JSON.stringify([receipt.number, ...known].slice(0, 5)));
}

export function sentBefore(): readonly string[] {
  const known = parsed<unknown>(localStorage.getItem(sentName));
  return Array.isArray(known) ? known.filter((one) => typeof one === 'string') : [];
}
