// The records opened last on this computer, for the workbench.

export interface Opened {
  readonly path: string;
  readonly label: string;
  readonly note: string;
}

const key = 'weijian.recent';
const most = 8;

export function recentlyOpened(): readonly Opened[] {
  try {
    const list = JSON.parse(localStorage.getItem(key) ?? '[]') as unknown;
    return Array.isArray(list) ? (list as Opened[]) : [];
  } catch {
    return [];
  }
}

export function rememberOpened(opened: Opened): void {
  const others = recentlyOpened().filter(({ path }) => path !== opened.path);
  localStorage.setItem(key, JSON.stringify([opened, ...others].slice(0, most)));
}

// On a shared computer the next person must not see them.
export function forgetOpened(): void {
  localStorage.removeItem(key);
}
