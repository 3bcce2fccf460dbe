// Saves the draft: on this computer half a second after the last key, on the server every ten seconds.
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../client/api';
import type { RecordDefinition, Values } from '../../client/types';
import { dropDraft, keepLocal } from './drafts';

export interface DraftState {
  readonly status: 'none' | 'saving' | 'saved' | 'local';
  readonly at?: Date;
}

export interface DraftControl {
  readonly state: DraftState;
  readonly flush: () => void;
  readonly drop: () => Promise<void>;
}

const everyMs = 10_000;

export function useDraft(
  user: string,
  definition: RecordDefinition,
  key: string,
  changes: Values,
  dirty: boolean,
  version?: number,
): DraftControl {
  const [state, setState] = useState<DraftState>({ status: 'none' });
  const latest = useRef({ changes, dirty, version });
  const sent = useRef(JSON.stringify(changes));
  const dropped = useRef(false);
  useEffect(() => {
    latest.current = { changes, dirty, version };
  });

  const local = useCallback((): void => {
    const now = latest.current;
    if (!now.dirty || dropped.current) return;
    keepLocal(user, definition, key, {
      values: now.changes,
      version: now.version,
      saved_at: new Date().toISOString(),
    });
  }, [user, definition, key]);

  const remote = useCallback(async (): Promise<void> => {
    const now = latest.current;
    const text = JSON.stringify(now.changes);
    if (!now.dirty || dropped.current || text === sent.current) return;
    setState((before) => ({ ...before, status: 'saving' }));
    try {
      await api(`drafts/${definition.name}/${key}`, {
        method: 'PUT',
        body: {
          values: now.changes,
          ...(now.version === undefined ? {} : { version: now.version }),
        },
      });
      sent.current = text;
      setState({ status: 'saved', at: new Date() });
    } catch {
      setState({ status: 'local', at: new Date() });
    }
  }, [definition.name, key]);

  useEffect(() => {
    const timer = setTimeout(local, 500);
    return () => clearTimeout(timer);
  }, [changes, local]);
  useEffect(() => {
    const timer = setInterval(() => void remote(), everyMs);
    const hide = (): void => {
      local();
      void remote();
    };
    window.addEventListener('pagehide', local);
    document.addEventListener('visibilitychange', hide);
    return () => {
      clearInterval(timer);
      window.removeEventListener('pagehide', local);
      document.removeEventListener('visibilitychange', hide);
    };
  }, [local, remote]);

  const flush = useCallback(() => {
    local();
    void remote();
  }, [local, remote]);
  const drop = useCallback(async () => {
    dropped.current = true;
    await dropDraft(user, definition.name, key);
    setState({ status: 'none' });
  }, [user, definition.name, key]);
  return { state, flush, drop };
}
