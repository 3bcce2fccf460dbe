// A list of the administration, page after page.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { api, withQuery, type Query } from '../client/api';
import type { Page } from '../client/types';

export interface List<T> {
  readonly items: readonly T[];
  readonly problem: unknown;
  readonly loading: boolean;
  readonly more: boolean;
  readonly busy: boolean;
  readonly loadMore: () => void;
  readonly retry: () => void;
}

export function useList<T>(path: string, query: Query = {}): List<T> {
  const pages = useInfiniteQuery({
    queryKey: [path, query],
    queryFn: ({ pageParam, signal }) =>
      api<Page<T>>(withQuery(path, { ...query, after: pageParam }), { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  return {
    items: pages.data?.pages.flatMap(({ items }) => items) ?? [],
    problem: pages.error,
    loading: pages.isPending,
    more: pages.hasNextPage,
    busy: pages.isFetchingNextPage,
    loadMore: () => void pages.fetchNextPage(),
    retry: () => void pages.refetch(),
  };
}
