// What changed elsewhere reaches this browser through one event stream.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

interface Change {
  readonly record: string;
  readonly id: string;
}

export function useEvents(): void {
  const client = useQueryClient();
  useEffect(() => {
    if (typeof EventSource === 'undefined') return undefined;
    const source = new EventSource('/api/events');
    const pending = new Map<string, Set<string>>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = (): void => {
      timer = undefined;
      for (const [record, ids] of pending) {
        void client.invalidateQueries({ queryKey: ['list', record], refetchType: 'none' });
        void client.invalidateQueries({ queryKey: ['recent', record] });
        for (const id of ids) void client.invalidateQueries({ queryKey: ['record', record, id] });
      }
      pending.clear();
    };
    source.addEventListener('change', (event) => {
      const { record, id } = JSON.parse(event.data as string) as Change;
      pending.set(record, (pending.get(record) ?? new Set()).add(id));
      timer ??= setTimeout(flush, 800);
    });
    source.addEventListener('import', (event) => {
      const { id } = JSON.parse(event.data as string) as { id: string };
      void client.invalidateQueries({ queryKey: ['import', id] });
    });
    source.addEventListener(
      'session',
      () => void client.invalidateQueries({ queryKey: ['session'] }),
    );
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [client]);
}
