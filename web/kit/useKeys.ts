// Keys that work when nobody is typing. A name is one key ("j"), a sequence ("g u") or "Ctrl+Enter".
import { useEffect, useRef } from 'react';

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && /^(checkbox|radio)$/.test(target.type)) return false;
  return (
    target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.getAttribute('role') === 'combobox'
  );
}

const dialogIsOpen = (): boolean =>
  document.querySelector(
    '[role="dialog"][aria-modal="true"], .ant-modal-wrap:not([style*="none"])',
  ) !== null;

export function useKeys(keys: Keys, enabled = true): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    let before = '';
    let at = 0;
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || event.metaKey || event.isComposing) return;
      const name = event.ctrlKey ? `Ctrl+${event.key}` : event.key;
      if (!event.ctrlKey && (typing(event.target) || dialogIsOpen())) return;
      const sequence = Date.now() - at < 1200 ? `${before} ${name}` : '';
      const act = current.current[sequence] ?? current.current[name];
      before = name;
      at = Date.now();
      if (!act) return;
      before = '';
      event.preventDefault();
      act(event);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [enabled]);
}
