// A page in a test: the routes it needs, answered by the in-memory development server.
import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ComponentType } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { loadSession, queryClient } from '../client/queries';
import { Theme } from '../kit/Theme';
import { answer } from './server.ts';

const asFetch: typeof fetch = async (input, options = {}) => {
  const url = new URL(String(input), 'http://localhost');
  const headers = Object.fromEntries(new Headers(options.headers).entries());
  const reply = answer({
    method: options.method ?? 'GET',
    path: decodeURIComponent(url.pathname.replace(/^\/api\//, '')),
    query: url.searchParams,
    headers,
    bytes: Buffer.from(typeof options.body === 'string' ? options.body : ''),
  });
  const body = reply.raw ?? (reply.body === undefined ? null : JSON.stringify(reply.body));
  return new Response(reply.status === 204 ? null : String(body), { status: reply.status });
};

export async function openPage(
  routes: Readonly<Record<string, ComponentType>>,
  path: string,
): Promise<{ readonly path: () => string }> {
  globalThis.fetch = asFetch;
  await fetch('/api/session', {
    method: 'POST',
    body: JSON.stringify({ login_name: 'officer', password: 'Weijian-2026' }),
  });
  queryClient.clear();
  queryClient.setQueryData(['session'], await loadSession());
  const router = createMemoryRouter(
    Object.entries(routes).map(([each, Component]) => ({ path: each, Component })),
    { initialEntries: [path] },
  );
  render(
    <QueryClientProvider client={queryClient}>
      <Theme>
        <RouterProvider router={router} />
      </Theme>
    </QueryClientProvider>,
  );
  return { path: () => router.state.location.pathname };
}
