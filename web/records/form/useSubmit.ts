// Saving a form: own faults first, then duplicates, then the server's word; a conflict is not an error.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../client/api';
import { asProblem, type Problem } from '../../client/problem';
import type { RecordDefinition, RecordRow, Values } from '../../client/types';
import { isReference, referenceLabel } from '../labels';
import { bodyOf, changesOf } from './changes';
import type { Duplicate } from './DuplicatesDialog';
import type { FormFault } from './validate';

interface Checked {
  readonly duplicates?: readonly Duplicate[];
}

export interface Submission {
  readonly busy: boolean;
  readonly problem: Problem | undefined;
  readonly duplicates: readonly Duplicate[];
  readonly conflict: RecordRow | undefined;
  readonly existing: Duplicate | undefined;
  readonly submit: (changes: Values, sure?: boolean) => Promise<void>;
  // After a conflict: the chosen values on top of the record as it is now.
  readonly retry: (changes: Values, current: RecordRow) => Promise<void>;
  readonly settle: () => void;
}

export interface SubmitOptions {
  readonly definition: RecordDefinition;
  readonly row: RecordRow | undefined;
  readonly version: number | undefined;
  readonly onFaults: (faults: readonly FormFault[]) => void;
  readonly onSaved: (row: RecordRow) => void;
}

// One key for one filled form: pressing twice creates once.
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

export function useSubmit({
  definition,
  row,
  version,
  onFaults,
  onSaved,
}: SubmitOptions): Submission {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [duplicates, setDuplicates] = useState<readonly Duplicate[]>([]);
  const [conflict, setConflict] = useState<RecordRow>();
  const [existing, setExisting] = useState<Duplicate>();
  const path = `records/${definition.name}`;

  const settle = (): void => {
    setProblem(undefined);
    setDuplicates([]);
    setConflict(undefined);
    setExisting(undefined);
  };
  const refused = (thrown: unknown): void => {
    const found = asProblem(thrown);
    const known = new Set([...definition.fields, ...definition.rows].map(({ name }) => name));
    if (found.code === 'STALE' && found.body.current) setConflict(found.body.current as RecordRow);
    else if (found.faults.length) {
      onFaults(found.faults.map(({ field, message }) => ({ path: field, message })));
      if (!found.faults.some(({ field }) => known.has(field.split(/[[.]/)[0]!))) setProblem(found);
    } else setProblem(found);
    if (isReference(found.body.existing))
      setExisting({ id: found.body.existing.id, label: referenceLabel(found.body.existing) });
  };
  const save = (changes: Values, on = version): Promise<RecordRow> => {
    const body = bodyOf(changes);
    return row
      ? api<RecordRow>(`${path}/${row.id}`, { method: 'PATCH', body, version: on })
      : api<RecordRow>(path, { method: 'POST', body, idempotencyKey: newKey() });
  };
  const done = (saved: RecordRow): void => {
    client.setQueryData(['record', definition.name, saved.id], saved);
    for (const key of ['list', 'count', 'recent'])
      void client.invalidateQueries({ queryKey: [key, definition.name] });
    void client.invalidateQueries({ queryKey: ['history', definition.name, saved.id] });
    onSaved(saved);
  };
  const submit = async (changes: Values, sure = false): Promise<void> => {
    settle();
    setBusy(true);
    try {
      if (!row && !sure) {
        const checked = await api<Checked>(`${path}/check`, {
          method: 'POST',
          body: bodyOf(changes),
        });
        if (checked.duplicates?.length) {
          setDuplicates(checked.duplicates);
          setBusy(false);
          return;
        }
      }
      done(await save(changes));
    } catch (thrown) {
      refused(thrown);
    }
    setBusy(false);
  };
  const retry = async (changes: Values, current: RecordRow): Promise<void> => {
    settle();
    setBusy(true);
    try {
      done(await save(changesOf(definition, current, { ...current, ...changes }), current.version));
    } catch (thrown) {
      refused(thrown);
    }
    setBusy(false);
  };
  return { busy, problem, duplicates, conflict, existing, submit, retry, settle };
}
