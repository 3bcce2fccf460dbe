// What nearly every page needs from the server: who is signed in, the definitions, dictionaries.
import { QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, setCsrf } from './api';
import { asProblem } from './problem';
import type { Definitions, DictionaryItem, RecordDefinition, Session } from './types';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 15 * 60_000,
      refetchOnWindowFocus: false,
      retry: (times, error) => {
        const { status } = asProblem(error);
        return times < 2 && (status === 0 || status === 503);
      },
    },
  },
});

export async function loadSession(): Promise<Session> {
  const session = await api<Session>('session');
  setCsrf(session.csrf);
  return session;
}

export function useSession(): Session {
  const { data } = useQuery({ queryKey: ['session'], queryFn: loadSession, staleTime: Infinity });
  if (!data) throw new Error('The shell renders pages only with a session.');
  return data;
}

export function useMay(): (resource: string, action: string) => boolean {
  const { permissions } = useSession();
  return (resource, action) => permissions[resource]?.includes(action) ?? false;
}

export function useDefinitions(): UseQueryResult<Definitions> {
  return useQuery({
    queryKey: ['definitions'],
    queryFn: () => api<Definitions>('definitions'),
    staleTime: Infinity,
  });
}

export function useRecordDefinition(record: string): RecordDefinition | undefined {
  return useDefinitions().data?.records[record];
}

interface Dictionary {
  readonly items: readonly DictionaryItem[];
}

const nothing: readonly DictionaryItem[] = [];

export function useDictionary(name: string | undefined): readonly DictionaryItem[] {
  const { data } = useQuery({
    queryKey: ['dictionary', name],
    queryFn: () => api<Dictionary>(`dictionaries/${name}`),
    staleTime: Infinity,
    enabled: Boolean(name),
  });
  return data?.items ?? nothing;
}

interface RegionNode {
  readonly code: string;
  readonly zh?: string;
  readonly en?: string;
  readonly name?: string;
  readonly parent?: string | null;
  readonly children?: readonly RegionNode[];
}

// The tree may come nested or flat; either way it becomes a dictionary.
function flatten(nodes: readonly RegionNode[], parent: string | null = null): DictionaryItem[] {
  return nodes.flatMap((node) => [
    {
      code: node.code,
      zh: node.zh ?? node.name ?? node.code,
      en: node.en ?? '',
      parent: node.parent ?? parent,
    },
    ...flatten(node.children ?? [], node.code),
  ]);
}

export function useRegions(enabled = true): readonly DictionaryItem[] {
  const { data } = useQuery({
    queryKey: ['regions'],
    queryFn: async () => {
      const answer = await api<{ items: readonly RegionNode[] } | readonly RegionNode[]>('regions');
      return flatten('items' in answer ? answer.items : answer);
    },
    staleTime: Infinity,
    enabled,
  });
  return data ?? nothing;
}
