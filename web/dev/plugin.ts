// The in-memory development server as a Vite middleware: `npm run dev` and `vite preview` answer the
// HTTP contract with made-up data. It is never part of dist/.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import { answer } from './server.ts';

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const bytes = await bodyOf(request);
  const slow = Number(process.env.WEIJIAN_SLOW_MS ?? 0);
  if (slow) await new Promise((resolve) => setTimeout(resolve, slow));
  const reply = answer({
    method: request.method ?? 'GET',
    path: decodeURIComponent(url.pathname.replace(/^\/api\//, '')),
    query: url.searchParams,
    headers: request.headers as Record<string, string>,
    bytes,
  });
  response.writeHead(reply.status, {
    'Content-Type': 'application/json; charset=utf-8',
    ...reply.headers,
  });
  response.end(reply.raw ?? (reply.body === undefined ? '' : JSON.stringify(reply.body)));
}

function answerOrFail(request: IncomingMessage, response: ServerResponse): void {
  handle(request, response).catch((error: unknown) => {
    response.writeHead(500, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ title: String(error), code: 'INTERNAL', status: 500 }));
  });
}

export function developmentServer(): Plugin {
  const use = (middlewares: {
    use: (
      path: string,
      handler: (request: IncomingMessage, response: ServerResponse) => void,
    ) => unknown;
  }): void => {
    middlewares.use('/api', (request, response) => {
      request.url = `/api${request.url}`;
      answerOrFail(request, response);
    });
  };
  return {
    name: 'weijian-development-server',
    configureServer: (server) => use(server.middlewares),
    configurePreviewServer: (server) => use(server.middlewares),
  };
}
