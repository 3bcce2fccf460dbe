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

function isDark(): boolean {
  return look() === 'dark' || (look() === 'system' && dark.matches);
}

function apply(): void {
  document.documentElement.dataset.look = isDark() ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

dark.addEventListener('change', apply);

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
