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
  context.setDefaultTimeout(Number(process.env.WEIJIAN_TIMEOUT_MS ?? 60_000));
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

// Each flow stands alone: one that fails does not take the others with it. `node flow.mjs word` runs those
// whose name has the word.
export async function runFlows(page, flows) {
  const wanted = process.argv.slice(2);
  let [passed, failed] = [0, 0];
  for (const [name, flow] of Object.entries(flows)) {
    if (wanted.length && !wanted.some((word) => name.includes(word))) continue;
    try {
      await flow();
      passed += 1;
    } catch (error) {
      failed += 1;
      console.log(`${name}: ${String(error.message).split('\n').slice(0, 4).join(' ')}`);
      await shoot(page, `failed-${name.replaceAll(/\W+/g, '-')}`).catch(() => undefined);
    }
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed) process.exitCode = 1;
}

// A made-up credit code with a right check digit (GB 32100-2015).
export function creditCode(seed) {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
  const body = `91110105MA${String(seed % 10_000_000).padStart(7, '0')}`;
  const sum = weights.reduce((total, weight, at) => total + weight * alphabet.indexOf(body[at]), 0);
  return body + alphabet[(31 - (sum % 31)) % 31];
}

// The form of a new unit with all that is needed, except pressing the button.
export async function fillUnit(page, name, code) {
  await page.goto(`${address}/records/unit/new`);
  await page.getByRole('form').waitFor();
  const discard = page.getByRole('button', { name: '放弃草稿' });
  if (await discard.isVisible()) {
    await discard.click();
    await discard.waitFor({ state: 'detached' });
  }
  for (const [field, text] of Object.entries({
    unit_name: name,
    uscc: code,
    legal_rep: '赵试验',
    principal: '钱试验',
    reg_address: `北京市朝阳区${name}路1号`,
    business_address: `北京市朝阳区${name}路1号`,
  }))
    await page.locator(`#field-${field}`).fill(text);
}
