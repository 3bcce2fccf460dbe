// Which rows are chosen; shift extends from the row chosen before.
import { useEffect, useMemo, useRef, useState } from 'react';
import type { RecordRow } from '../../client/types';

export interface Selection {
  readonly ids: readonly string[];
  readonly has: (id: string) => boolean;
  readonly toggle: (id: string, extend?: boolean) => void;
  readonly setAll: (ids: readonly string[]) => void;
}

export function useSelection(rows: readonly RecordRow[], key: string): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const before = useRef('');
  useEffect(() => setChosen(new Set()), [key]);
  return useMemo(
    () => ({
      ids: [...chosen],
      has: (id) => chosen.has(id),
      setAll: (ids) => setChosen(new Set(ids)),
      toggle: (id, extend) => {
        const next = new Set(chosen);
        const [from, to] = [before.current, id].map((each) =>
          rows.findIndex((row) => row.id === each),
        );
        if (extend && from !== undefined && to !== undefined && from >= 0)
          for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1))
            next.add(row.id);
        else if (!next.delete(id)) next.add(id);
        before.current = id;
        setChosen(next);
      },
    }),
    [chosen, rows],
  );
}
