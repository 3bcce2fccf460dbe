import { afterEach } from 'vitest';
import { cleanup } from '@testing-library/react';

// What jsdom lacks and the pages use; tests without a page run in plain Node.
if (typeof window !== 'undefined') prepare();

function prepare(): void {
  window.matchMedia ??= (query) =>
    ({
      matches: false,
      media: query,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
      addListener: () => undefined,
      removeListener: () => undefined,
    }) as unknown as MediaQueryList;
  window.ResizeObserver ??= class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  } as unknown as typeof ResizeObserver;
  afterEach(cleanup);
}
