// Candidates of a look-up: records, organisations or people, found by what is typed.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, withQuery } from '../../client/api';
import { useDefinitions } from '../../client/queries';
import type { Field, Page, RecordDefinition, RecordRow, Reference } from '../../client/types';
import { labelOf } from '../labels';

export interface Candidate extends Reference {
  readonly note: string;
}

interface Named {
  readonly id: string;
  readonly name?: string;
  readonly display_name?: string;
  readonly login_name?: string;
  readonly code?: string;
}

async function people(
  path: string,
  text: string,
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  const { items } = await api<Page<Named>>(withQuery(path, { q: text, limit: 20 }), { signal });
  return items.map(({ id, name, display_name, login_name, code }) => ({
    id,
    label: display_name ?? name ?? id,
    note: login_name ?? code ?? '',
  }));
}

async function rows(
  record: RecordDefinition,
  text: string,
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  const columns = [...new Set([record.number ? 'number' : '', record.label])]
    .filter(Boolean)
    .join(',');
  const path = withQuery(`records/${record.name}`, { q: text, limit: 20, columns });
  const { items } = await api<Page<RecordRow>>(path, { signal });
  return items.map((row) => ({ id: row.id, label: labelOf(record, row), note: row.number ?? '' }));
}

export function useLookup(
  field: Pick<Field, 'type' | 'record'>,
  enabled: boolean,
): {
  readonly candidates: readonly Candidate[];
  readonly busy: boolean;
  readonly search: (text: string) => void;
} {
  const [typed, setTyped] = useState('');
  const [text, setText] = useState('');
  const record = useDefinitions().data?.records[field.record ?? ''];
  useEffect(() => {
    const timer = setTimeout(() => setText(typed.trim()), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data, isFetching } = useQuery({
    queryKey: ['lookup', field.type, field.record, text],
    queryFn: ({ signal }): Promise<readonly Candidate[]> => {
      if (field.type === 'organisation') return people('organisations', text, signal);
      if (field.type === 'user') return people('users', text, signal);
      return record ? rows(record, text, signal) : Promise.resolve([]);
    },
    enabled,
    placeholderData: keepPreviousData,
  });
  return { candidates: data ?? [], busy: isFetching, search: setTyped };
}
