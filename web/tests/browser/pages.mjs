// Every page at 1440 and at 390 px: a screenshot, no serious axe finding, no English word in the
// Chinese locale, nothing wider than the screen, no error on the console.
// WEIJIAN_PAGES=list,new looks at these alone.
//   WEIJIAN_URL=http://localhost:8080 WEIJIAN_USER=… WEIJIAN_PASSWORD=… node tests/browser/pages.mjs
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { address, launch, people, shoot, signIn } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const findings = [];
let passed = 0;

// Words a Chinese page may show: codes, names of formats and keys, and what is marked as not for translation.
const allowed =
  /^(CSV|XLSX|Excel|PDF|UTF-8|GB|CGCS2000|WGS84|GCJ02|Ctrl|Enter|Ctrl\+Enter|MB|KB|B|csv|xlsx|Windows|Linux|A|C|D|K)$/;

function englishWords() {
  const words = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (
      !parentElement ||
      parentElement.closest(
        '[translate="no"], script, style, code, kbd, [data-user-text], .axe-skip',
      )
    )
      continue;
    if (!parentElement.checkVisibility()) continue;
    for (const word of data.match(/(?<![\p{L}\d@._-])[A-Za-z][a-z]{2,}(?![\p{L}\d@._-])/gu) ?? [])
      words.add(word);
    // A bare code such as login_ok has no words of its own.
    for (const word of data.match(/\b[a-z]+_[a-z_]+\b/g) ?? []) words.add(word);
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
    for (const name of ['aria-label', 'title', 'placeholder'])
      for (const word of element.getAttribute(name)?.match(/\b[A-Za-z][a-z]{2,}\b/g) ?? [])
        if (!element.closest('[translate="no"]')) words.add(`${word} (${name})`);
  return [...words];
}

// On paper a list lies on one kind of sheet with its title, and no button is printed.
async function paperOf(page) {
  await page.emulateMedia({ media: 'print' });
  const fault = await page.evaluate(() => {
    if (document.querySelector('.list-scroll') && getComputedStyle(document.body).page !== 'wide')
      return 'the title of the list prints on a sheet of its own';
    const actions = [...document.querySelectorAll('.page-actions, .form-actions')];
    return actions.some((each) => each.checkVisibility()) ? 'buttons are printed' : '';
  });
  await page.emulateMedia({ media: null });
  return fault;
}

async function look(page, name, size) {
  await page.setViewportSize(size);
  await page
    .locator('.loading')
    .waitFor({ state: 'detached', timeout: 10_000 })
    .catch(() => undefined);
  await page.waitForTimeout(700);
  const at = `${name} ${size.width}`;
  await shoot(page, `${name}-${size.width}`);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
    }),
  );
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  for (const { id, nodes } of serious)
    findings.push(
      `${at}: axe ${id}: ${nodes
        .slice(0, 3)
        .map(({ target }) => target.join(' '))
        .join(' | ')}`,
    );
  const english = (await page.evaluate(englishWords)).filter(
    (word) => !allowed.test(word.replace(/ \(.*/, '')),
  );
  if (english.length) findings.push(`${at}: English words: ${english.slice(0, 8).join(', ')}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (overflow > 1) findings.push(`${at}: ${overflow} px wider than the screen`);
  // A table that needs a sideways scroll on a desk hides its last column.
  const hidden = await page.evaluate(() => {
    const list = document.querySelector('.list-scroll');
    return innerWidth >= 1440 && list ? list.scrollWidth - list.clientWidth : 0;
  });
  if (hidden > 1) findings.push(`${at}: the last columns stand ${hidden} px outside the list`);
  const printed = await paperOf(page);
  if (printed) findings.push(`${at}: ${printed}`);
  if (!serious.length && !english.length && overflow <= 1 && hidden <= 1 && !printed) passed += 1;
}

const { context, page, close } = await launch();
page.on('pageerror', (error) => findings.push(`${page.url()}: ${error.message}`));
page.on(
  'console',
  (message) =>
    message.type() === 'error' &&
    !/status of (401|404)/.test(message.text()) &&
    findings.push(`${page.url()}: ${message.text().slice(0, 200)}`),
);

try {
  await page.goto(`${address}/sign-in.html`);
  for (const size of sizes) await look(page, 'sign-in', size);
  await signIn(page);
  const definitions = await (await context.request.get(`${address}/api/definitions`)).json();
  const record = process.env.WEIJIAN_RECORD ?? Object.keys(definitions.records)[0];
  const { items } = await (
    await context.request.get(`${address}/api/records/${record}?limit=1`)
  ).json();
  const pages = [
    ['home', '/'],
    ['list', `/records/${record}`],
    ['list-empty', `/records/${record}?q=${encodeURIComponent('没有这样的名称')}`],
    ['new', `/records/${record}/new`],
    ...(items[0]
      ? [
          ['record', `/records/${record}/${items[0].id}`],
          ['edit', `/records/${record}/${items[0].id}/edit`],
        ]
      : []),
    ['missing', `/records/${record}/1`],
    ['imports', '/imports'],
    ['import-new', '/imports/new'],
    ['account', '/account'],
  ];
  const only = process.env.WEIJIAN_PAGES?.split(',');
  const visit = async (list) => {
    for (const [name, path] of list) {
      if (only && !only.includes(name)) continue;
      for (const size of sizes) {
        await page.setViewportSize(size);
        await page.goto(address + path);
        await look(page, name, size);
      }
    }
  };
  await visit(pages);
  await page.evaluate(() => localStorage.setItem('weijian.look', 'dark'));
  await visit([
    ['list-dark', `/records/${record}`],
    ['new-dark', `/records/${record}/new`],
  ]);
  await page.evaluate(() => localStorage.setItem('weijian.look', 'light'));
  if (process.env.WEIJIAN_ADMIN || !process.env.WEIJIAN_URL) {
    await context.clearCookies();
    await page.evaluate(() =>
      fetch('/api/session', { method: 'DELETE', headers: { 'X-CSRF-Token': '' } }),
    );
    await signIn(page, people.administrator, '/');
    await visit([
      ['organisations', '/admin/organisations'],
      ['users', '/admin/users'],
      ['roles', '/admin/roles'],
      ['approvals', '/admin/approvals'],
    ]);
    const users = await (await context.request.get(`${address}/api/users?limit=3`)).json();
    if (users.items?.length) await visit([['user', `/admin/users/${users.items.at(-1).id}`]]);
  }
  if (process.env.WEIJIAN_AUDITOR || !process.env.WEIJIAN_URL) {
    // The duties are separated: only the audit administrator reads the log.
    await context.clearCookies();
    await signIn(page, people.auditor, '/');
    await visit([['audit', '/admin/audit']]);
    await context.clearCookies();
    await signIn(page, [process.env.WEIJIAN_SECURITY ?? 'admin', people.auditor[1]], '/');
    await visit([['policy', '/admin/policy']]);
  }
} catch (error) {
  findings.push(String(error).slice(0, 300));
} finally {
  await close();
}
for (const finding of findings) console.log(finding);
console.log(`${passed} passed, ${findings.length} failed`);
process.exit(findings.length ? 1 : 0);
