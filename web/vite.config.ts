import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { developmentServer } from './dev/plugin.ts';

// Four entries: the pages after sign-in, sign-in, first-run set-up and the public forms. The last three stand alone, without
// Ant Design, so that a slow line shows them at once. WEIJIAN_URL points `npm run dev` at a running
// server; without it a small in-memory one answers with made-up data.
const server = process.env.WEIJIAN_URL;

// Ant Design names its icons in English to screen readers; beside a control that has a name they are
// decoration.
const silentIcons: Plugin = {
  name: 'silent-icons',
  transform(code, id) {
    if (!/icons\/es\/components\/AntdIcon(Light)?\.js$/.test(id)) return undefined;
    return code.replace(
      '"aria-label": icon.name',
      '"aria-hidden": restProps.onClick ? undefined : true',
    );
  },
};

export default defineConfig({
  plugins: [react(), silentIcons, ...(server ? [] : [developmentServer()])],
  preview: server ? { proxy: { '/api': { target: server, changeOrigin: false } } } : {},
  server: server ? { proxy: { '/api': { target: server, changeOrigin: false } } } : {},
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: {
        index: 'index.html',
        'sign-in': 'sign-in.html',
        setup: 'setup.html',
        intake: 'intake.html',
      },
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
