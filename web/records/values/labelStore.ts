// Ids in a URL have names that were seen when they were picked; kept so that a filter reads as words.
const key = 'weijian.labels';

function read(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

export function rememberLabel(id: string, label: string): void {
  const entries = Object.entries(read())
    .filter(([known]) => known !== id)
    .slice(-200);
  localStorage.setItem(key, JSON.stringify({ ...Object.fromEntries(entries), [id]: label }));
}

export function useLabels(): (id: string) => string {
  const known = read();
  return (id) => known[id] ?? id;
}
