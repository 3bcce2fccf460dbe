// Debian's Chromium for the flows: its own profile folder, nothing fetched from outside.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const address = process.env.WEIJIAN_URL ?? 'http://localhost:5173';
export const people = {
  officer: [process.env.WEIJIAN_USER ?? 'officer', process.env.WEIJIAN_PASSWORD ?? 'Weijian-2026'],
  administrator: [
    process.env.WEIJIAN_ADMIN ?? 'admin',
    process.env.WEIJIAN_ADMIN_PASSWORD ?? 'Weijian-2026',
  ],
  auditor: [
    process.env.WEIJIAN_AUDITOR ?? 'admin',
    process.env.WEIJIAN_ADMIN_PASSWORD ?? 'Weijian-2026',
  ],
};
export const screenshots =
  process.env.WEIJIAN_SCREENSHOTS ??
  new URL('../../../build/screenshots/', import.meta.url).pathname;

export async function launch() {
  const profile = mkdtempSync(join(tmpdir(), 'weijian-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, page: context.pages()[0] ?? (await context.newPage()), close };
}

export async function signIn(page, [name, password] = people.officer, path = '/') {
  await page.goto(`${address}/sign-in.html?next=${encodeURIComponent(path)}`);
  await page.getByLabel('用户名').fill(name);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => url.pathname === path.split('?')[0]);
}

export async function shoot(page, name) {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}
