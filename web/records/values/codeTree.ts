// A flat dictionary as the tree its parents make.
import type { DictionaryItem } from '../../client/types';
import type { Language } from '../../kit/language';

export interface CodeNode {
  readonly value: string;
  readonly title: string;
  readonly children?: CodeNode[];
}

export function codeTree(items: readonly DictionaryItem[], language: Language): CodeNode[] {
  const known = new Set(items.map((item) => item.code));
  const byParent = new Map<string, DictionaryItem[]>();
  for (const item of items) {
    const parent = item.parent && known.has(item.parent) ? item.parent : '';
    const siblings = byParent.get(parent);
    if (siblings) siblings.push(item);
    else byParent.set(parent, [item]);
  }
  const below = (parent: string): CodeNode[] =>
    (byParent.get(parent) ?? []).map((item) => {
      const children = below(item.code);
      const title = (language === 'en' && item.en) || item.zh;
      return { value: item.code, title, ...(children.length ? { children } : {}) };
    });
  return below('');
}

export function matchesText(text: string, title: string, code: string): boolean {
  const wanted = text.trim().toLowerCase();
  return title.toLowerCase().includes(wanted) || code.toLowerCase().startsWith(wanted);
}
