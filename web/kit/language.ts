// The language of the pages. Chinese unless the person chose English; every visible word comes from a
// pair of texts {zh, en} that an area keeps in its zh.ts and en.ts.
import { useCallback, useSyncExternalStore } from 'react';

export type Language = 'zh' | 'en';

export interface Title {
  readonly zh: string;
  readonly en?: string;
}

export type Parameters = Readonly<Record<string, string | number>>;
export type Translate<K extends string> = (key: K, parameters?: Parameters) => string;

const key = 'weijian.language';
const listeners = new Set<() => void>();
let current: Language = localStorage.getItem(key) === 'en' ? 'en' : 'zh';

export function language(): Language {
  return current;
}

export function setLanguage(next: Language): void {
  localStorage.setItem(key, next);
  document.documentElement.lang = next === 'en' ? 'en' : 'zh-CN';
  if (next === current) return;
  current = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, language);
}

export function titleOf(title: Title | string | undefined, of: Language = current): string {
  if (!title) return '';
  if (typeof title === 'string') return title;
  return of === 'en' && title.en ? title.en : title.zh;
}

export function fill(sentence: string, parameters?: Parameters): string {
  if (!parameters) return sentence;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

export interface Texts<K extends string> {
  readonly zh: Readonly<Record<K, string>>;
  readonly en: Readonly<Record<K, string>>;
}

export function say<K extends string>(texts: Texts<K>, name: K, parameters?: Parameters): string {
  return fill(texts[current][name], parameters);
}

// The word of a code that comes from the server, or the code itself where there is none.
export function wordOf<K extends string>(
  words: Readonly<Record<K, string>>,
  t: Translate<K>,
  prefix: string,
  code: string,
): string {
  const key = prefix + code;
  return key in words ? t(key as K) : code;
}

export function useText<K extends string>(texts: Texts<K>): Translate<K> {
  const now = useLanguage();
  return useCallback((name, parameters) => fill(texts[now][name], parameters), [texts, now]);
}
