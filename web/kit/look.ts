// Light, dark, or as the system has it.
import { useSyncExternalStore } from 'react';

export type Look = 'light' | 'dark' | 'system';

const key = 'weijian.look';
const listeners = new Set<() => void>();
const dark = matchMedia('(prefers-color-scheme: dark)');

export function look(): Look {
  const stored = localStorage.getItem(key);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

// Paper is white.
let printing = false;

function isDark(): boolean {
  if (printing) return false;
  return look() === 'dark' || (look() === 'system' && dark.matches);
}

function apply(): void {
  document.documentElement.dataset.look = isDark() ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

dark.addEventListener('change', apply);
for (const moment of ['beforeprint', 'afterprint'])
  window.addEventListener(moment, () => {
    printing = moment === 'beforeprint';
    apply();
  });

export function setLook(next: Look): void {
  localStorage.setItem(key, next);
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLook(): Look {
  return useSyncExternalStore(subscribe, look);
}

export function useDark(): boolean {
  return useSyncExternalStore(subscribe, isDark);
}
