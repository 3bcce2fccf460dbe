// Rows of a list, page after page by keyset, and their number asked for apart: counting a million
// rows must not hold up the first fifty.
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../../client/api';
import type { Page, RecordDefinition, RecordRow } from '../../client/types';
import type { ListState } from './query';
import { writeState } from './query';

const pageSize = 100;

function columnsOf(record: RecordDefinition, columns: readonly string[]): string {
  const always = [
    record.number ? 'number' : '',
    record.label,
    record.states.length > 1 ? 'due_at' : '',
    record.states.length > 1 ? 'overdue_days' : '',
  ];
  return [...new Set([...columns, ...always])].filter(Boolean).join(',');
}

export interface Rows {
  readonly rows: readonly RecordRow[];
  readonly total: number | undefined;
  readonly undecided: number;
  readonly problem: unknown;
  readonly loading: boolean;
  readonly refreshing: boolean;
  readonly more: boolean;
  readonly loadMore: () => void;
  readonly retry: () => void;
}

export function useRows(
  record: RecordDefinition,
  state: ListState,
  columns: readonly string[],
): Rows {
  const search = writeState({ ...state, columns: [], order: state.order || record.list.order });
  const filters = writeState({ ...state, columns: [], order: '' });
  search.set('columns', columnsOf(record, columns));
  search.set('limit', String(pageSize));
  const key = search.toString();

  const pages = useInfiniteQuery({
    queryKey: ['list', record.name, key],
    queryFn: ({ pageParam, signal }) => {
      const asked = new URLSearchParams(key);
      if (pageParam) asked.set('after', pageParam);
      return api<Page<RecordRow>>(`records/${record.name}?${asked}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const count = useQuery({
    queryKey: ['count', record.name, filters.toString()],
    queryFn: ({ signal }) =>
      api<Page<RecordRow>>(
        `records/${record.name}?${filters}${filters.size ? '&' : ''}limit=1&count=exact`,
        { signal },
      ),
    retry: false,
  });

  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  return {
    rows,
    total: count.data?.total ?? (pages.hasNextPage ? undefined : rows.length),
    undecided: pages.data?.pages[0]?.undecided ?? 0,
    problem: pages.error,
    loading: pages.isPending,
    refreshing: pages.isPlaceholderData,
    more: pages.hasNextPage,
    loadMore: () => {
      if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage();
    },
    retry: () => void pages.refetch(),
  };
}
