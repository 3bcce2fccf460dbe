// Saving a form: own faults first, then duplicates, then the server's word; a conflict is not an error.
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api } from '../../client/api';
import { asProblem, type Problem } from '../../client/problem';
import type { RecordDefinition, RecordRow, Values } from '../../client/types';
import { isReference, referenceLabel } from '../labels';
import { bodyOf, changesOf } from './changes';
import type { Duplicate } from './DuplicatesDialog';
import { Intent } from './intent';
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
  readonly user: string;
  readonly definition: RecordDefinition;
  readonly row: RecordRow | undefined;
  readonly version: number | undefined;
  readonly onFaults: (faults: readonly FormFault[]) => void;
  readonly onSaved: (row: RecordRow) => void;
}

// Neither done nor refused: the request may have arrived, or the server may still be at it.
const undecided = ({ status }: Problem): boolean =>
  status === 0 || status >= 500 || [401, 408, 429].includes(status);

export function useSubmit({
  user,
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
  const intent = useMemo(() => new Intent(user, definition), [user, definition]);

  const settle = (): void => {
    setProblem(undefined);
    setDuplicates([]);
    setConflict(undefined);
    setExisting(undefined);
  };
  const refused = (thrown: unknown, changes: Values): void => {
    const found = asProblem(thrown);
    if (!undecided(found)) intent.settle();
    const current = found.code === 'STALE' ? (found.body.current as RecordRow) : undefined;
    // An earlier try arrived although its answer did not: the record says all this already.
    if (
      current &&
      Object.keys(changesOf(definition, current, { ...current, ...changes })).length === 0
    )
      return done(current);
    const known = new Set([...definition.fields, ...definition.rows].map(({ name }) => name));
    if (current) setConflict(current);
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
      : api<RecordRow>(path, { method: 'POST', body, idempotencyKey: intent.keyFor(body) });
  };
  const done = (saved: RecordRow): void => {
    intent.settle();
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
      const body = bodyOf(changes);
      if (!row && !sure && !intent.pending(body)) {
        const checked = await api<Checked>(`${path}/check`, { method: 'POST', body });
        if (checked.duplicates?.length) {
          setDuplicates(checked.duplicates);
          setBusy(false);
          return;
        }
      }
      done(await save(changes));
    } catch (thrown) {
      refused(thrown, changes);
    }
    setBusy(false);
  };
  const retry = async (changes: Values, current: RecordRow): Promise<void> => {
    settle();
    setBusy(true);
    try {
      done(await save(changesOf(definition, current, { ...current, ...changes }), current.version));
    } catch (thrown) {
      refused(thrown, changes);
    }
    setBusy(false);
  };
  return { busy, problem, duplicates, conflict, existing, submit, retry, settle };
}
