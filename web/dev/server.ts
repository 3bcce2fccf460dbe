// Answers the HTTP contract from memory; see dev/plugin.ts.
import { accountRoutes } from './accounts.ts';
import { importRoutes } from './imports.ts';
import { recordRoutes } from './records.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Route = readonly [string, RegExp, (asked: Asked, parts: string[]) => Answer];

export const ok = (body?: unknown, status = 200): Answer => ({
  status: body === undefined ? 204 : status,
  body,
});
export const refuse = (status: number, code: string, title: string, more: object = {}): Answer => ({
  status,
  body: { type: 'about:blank', status, code, title, request_id: 'dev', ...more },
});
export const json = (asked: Asked): Record<string, unknown> =>
  asked.bytes.length ? (JSON.parse(asked.bytes.toString('utf8')) as Record<string, unknown>) : {};

const routes: readonly Route[] = [...accountRoutes, ...importRoutes, ...recordRoutes];

export function answer(asked: Asked): Answer {
  for (const [method, pattern, handle] of routes) {
    const match = method === asked.method && pattern.exec(asked.path);
    if (match) return handle(asked, match.slice(1));
  }
  return refuse(404, 'NOT_FOUND', '没有找到。请核对地址后重试。');
}
