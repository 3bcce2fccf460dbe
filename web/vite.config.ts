import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { developmentServer } from './dev/plugin.ts';

// Three entries: the pages after sign-in, sign-in and first-run set-up. The last two stand alone, without
// Ant Design, so that a slow line shows them at once. WEIJIAN_URL points `npm run dev` at a running
// server; without it a small in-memory one answers with made-up data.
const server = process.env.WEIJIAN_URL;

export default defineConfig({
  plugins: [react(), ...(server ? [] : [developmentServer()])],
  server: server ? { proxy: { '/api': { target: server, changeOrigin: true } } } : {},
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: { index: 'index.html', 'sign-in': 'sign-in.html', setup: 'setup.html' },
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/,
              priority: 3,
            },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['**/*.test.{ts,tsx}'],
    exclude: ['node_modules', 'dist'],
    setupFiles: ['dev/vitest.ts'],
  },
});
