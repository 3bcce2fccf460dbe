// What somebody typed is never lost: at once on this computer, every ten seconds on the server.
import { api } from '../../client/api';
import type { RecordDefinition, Values } from '../../client/types';

export interface Draft {
  readonly values: Values;
  readonly version?: number;
  readonly saved_at: string;
}

const keyOf = (user: string, record: string, key: string): string =>
  `weijian.draft.${user}.${record}.${key}`;

// Encrypted fields stay off the disk of this computer; the server keeps them encrypted.
export function withoutSecrets(definition: RecordDefinition, values: Values): Values {
  const secret = new Set(
    definition.fields.filter(({ protect }) => protect === 'encrypt').map(({ name }) => name),
  );
  const secretOf = new Map(
    definition.rows.map(({ name, fields }) => [
      name,
      new Set(fields.filter(({ protect }) => protect === 'encrypt').map((field) => field.name)),
    ]),
  );
  const without = (row: Values, names: ReadonlySet<string>): Values =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !names.has(name)));
  return Object.fromEntries(
    Object.entries(without(values, secret)).map(([name, value]) => {
      const names = secretOf.get(name);
      return [
        name,
        names?.size && Array.isArray(value)
          ? value.map((row: Values) => without(row, names))
          : value,
      ];
    }),
  );
}

export function keepLocal(
  user: string,
  definition: RecordDefinition,
  key: string,
  draft: Draft,
): void {
  try {
    const kept = { ...draft, values: withoutSecrets(definition, draft.values) };
    localStorage.setItem(keyOf(user, definition.name, key), JSON.stringify(kept));
  } catch {
    // A full or forbidden storage: the server's copy remains.
  }
}

export function readLocal(user: string, record: string, key: string): Draft | undefined {
  try {
    const text = localStorage.getItem(keyOf(user, record, key));
    return text ? (JSON.parse(text) as Draft) : undefined;
  } catch {
    return undefined;
  }
}

export async function readServer(record: string, key: string): Promise<Draft | undefined> {
  try {
    return await api<Draft>(`drafts/${record}/${key}`);
  } catch {
    return undefined;
  }
}

export function newer(one: Draft | undefined, other: Draft | undefined): Draft | undefined {
  if (!one || !other) return one ?? other;
  return new Date(one.saved_at).getTime() >= new Date(other.saved_at).getTime() ? one : other;
}

export async function dropDraft(user: string, record: string, key: string): Promise<void> {
  localStorage.removeItem(keyOf(user, record, key));
  await api(`drafts/${record}/${key}`, { method: 'DELETE' }).catch(() => undefined);
}
