// The list's state in the URL, remembered per record so that the menu leads back to where one was.
import { useEffect, useMemo } from 'react';
import { useNavigationType, useSearchParams } from 'react-router';
import { readState, writeState, type ListState } from './query';

const keyOf = (record: string): string => `weijian.list.${record}`;

export interface ListStateControl {
  readonly state: ListState;
  readonly query: string;
  readonly change: (next: Partial<ListState>) => void;
  readonly load: (query: string) => void;
}

export function useListState(record: string): ListStateControl {
  const [search, setSearch] = useSearchParams();
  const arrival = useNavigationType();
  const query = search.toString();

  // Coming from the menu without a query of one's own: go on where the person left off.
  useEffect(() => {
    const remembered = localStorage.getItem(keyOf(record));
    if (query === '' && remembered && arrival !== 'REPLACE')
      setSearch(new URLSearchParams(remembered), { replace: true });
  }, [record]);

  const state = useMemo(() => readState(new URLSearchParams(query)), [query]);

  const set = (next: URLSearchParams): void => {
    localStorage.setItem(keyOf(record), next.toString());
    setSearch(next, { replace: true });
  };
  return {
    state,
    query,
    change: (next) => set(writeState({ ...state, ...next })),
    load: (text) => set(new URLSearchParams(text)),
  };
}
