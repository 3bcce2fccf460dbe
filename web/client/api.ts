// The one way to the server. Nothing else calls fetch.
import { language } from '../kit/language';
import { Problem, type ProblemBody } from './problem';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Call {
  readonly method?: Method;
  readonly body?: unknown;
  readonly bytes?: Blob;
  readonly version?: number | string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

let csrf = '';
let onSignedOut: () => void = () => undefined;

export function setCsrf(token: string): void {
  csrf = token;
}

export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

function headersOf(call: Call): Headers {
  const headers = new Headers({ Accept: 'application/json', 'Accept-Language': language() });
  if (call.body !== undefined) headers.set('Content-Type', 'application/json');
  if (call.bytes) headers.set('Content-Type', 'application/octet-stream');
  if ((call.method ?? 'GET') !== 'GET' && csrf) headers.set('X-CSRF-Token', csrf);
  if (call.version !== undefined) headers.set('If-Match', `"${call.version}"`);
  if (call.idempotencyKey) headers.set('Idempotency-Key', call.idempotencyKey);
  return headers;
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return { detail: text.slice(0, 500) };
  }
}

export async function api<T>(path: string, call: Call = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/${path}`, {
      method: call.method ?? 'GET',
      headers: headersOf(call),
      body: call.bytes ?? (call.body === undefined ? undefined : JSON.stringify(call.body)),
      credentials: 'same-origin',
      signal: call.signal,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, { code: 'NETWORK', detail: String(error) });
  }
  const body = await bodyOf(response);
  if (!response.ok) {
    if (response.status === 401 && path !== 'session' && !path.startsWith('session/'))
      onSignedOut();
    throw new Problem(response.status, (body ?? {}) as ProblemBody);
  }
  return body as T;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.append(name, String(value));
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}
