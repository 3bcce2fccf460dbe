// The records somebody opened last on this computer, for the workbench.

export interface Opened {
  readonly path: string;
  readonly label: string;
  readonly note: string;
}

const most = 8;
const keyOf = (user: string): string => `weijian.recent.${user}`;

export function recentlyOpened(user: string): readonly Opened[] {
  try {
    const list = JSON.parse(localStorage.getItem(keyOf(user)) ?? '[]') as unknown;
    return Array.isArray(list) ? (list as Opened[]) : [];
  } catch {
    return [];
  }
}

export function rememberOpened(user: string, opened: Opened): void {
  const others = recentlyOpened(user).filter(({ path }) => path !== opened.path);
  localStorage.setItem(keyOf(user), JSON.stringify([opened, ...others].slice(0, most)));
}

// On a shared computer the next person must not see them.
export function forgetOpened(): void {
  for (const key of Object.keys(localStorage))
    if (key.startsWith(keyOf(''))) localStorage.removeItem(key);
}
