import { useSyncExternalStore } from 'react';

const narrow = matchMedia('(max-width: 720px)');

function subscribe(listener: () => void): () => void {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}

// One column and big targets: the width of a phone.
export function usePhone(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches);
}
