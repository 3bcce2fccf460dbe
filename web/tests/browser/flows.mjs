// What a person does, from sign-in to sign-out, against a running server:
//   WEIJIAN_URL=http://localhost:8080 WEIJIAN_USER=… WEIJIAN_PASSWORD=… node tests/browser/flows.mjs [name…]
// The flows `create` and `conflict` need a record with a required text label that the user may write.
import assert from 'node:assert/strict';
import { address, launch, people, shoot, signIn } from './browser.mjs';

const { context, page: first, close } = await launch();
context.setDefaultTimeout(Number(process.env.WEIJIAN_TIMEOUT_MS ?? 30_000));
let page = first;
const record = process.env.WEIJIAN_RECORD ?? 'unit';
const json = async (path) => (await context.request.get(`${address}/api/${path}`)).json();

// Each flow stands alone: one that failed before does not take the others with it.
async function ensureSignedIn() {
  const answer = await context.request.get(`${address}/api/session`);
  if (answer.status() === 401) await signIn(page);
}

async function definition() {
  return (await json('definitions')).records[record];
}

async function someRow() {
  const { items } = await json(`records/${record}?limit=1`);
  assert.ok(items.length, 'the list has a row');
  return json(`records/${record}/${items[0].id}`);
}

// A text that may be changed freely: no rule on it, neither masked nor the label.
function freeField({ fields, label }) {
  return fields.find(
    ({ name, type, read_only, protect, pattern, required }) =>
      type === 'text' && !read_only && !protect && !pattern && !required && name !== label,
  );
}

const flows = {
  async 'a wrong password says how many tries are left'() {
    await page.goto(`${address}/sign-in.html`);
    await page.getByLabel('用户名').fill(people.officer[0]);
    await page.getByLabel('密码', { exact: true }).fill('wrong-password-1');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page
      .getByRole('alert')
      .getByText(/用户名或密码不对/)
      .waitFor();
  },

  async 'signing in leads to the page that was asked for'() {
    await page.goto(`${address}/records/${record}`, { waitUntil: 'commit' });
    await page.waitForURL(/sign-in\.html\?next=/);
    await signIn(page, people.officer, `/records/${record}`);
    await page.getByRole('table').waitFor();
  },

  async 'a filter is a word in the row, stands in the URL and can be removed'() {
    await page.goto(`${address}/records/${record}`);
    const { label } = await definition();
    const row = await someRow();
    const text = String(row[label]).slice(0, 4);
    await page.locator('#page-search').fill(text);
    await page.waitForURL((url) => url.searchParams.get('q') === text);
    await page.getByRole('row').nth(1).getByText(text).first().waitFor();
    await page.locator('#page-search').fill('');
    await page.waitForURL((url) => !url.searchParams.has('q'));
  },

  async 'Enter in the search goes to the first row found and opens it'() {
    const row = await someRow();
    const { label } = await definition();
    await page.goto(`${address}/records/${record}`);
    await page.getByRole('row').nth(1).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(String(row[label]));
    await page.keyboard.press('Enter');
    await page.locator('.table-row.active').getByText(String(row[label])).first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/records/${record}/\\d+$`));
    await page.getByRole('heading', { level: 1, name: String(row[label]) }).waitFor();
    // The list remembers the word; the next flow wants all rows.
    await page.goto(`${address}/records/${record}`);
    await page.waitForFunction(() => document.querySelector('#page-search')?.value);
    await page.locator('#page-search').fill('');
    await page.waitForURL((url) => !url.searchParams.has('q'));
  },

  async 'the keyboard walks the list and opens a record'() {
    await page.goto(`${address}/records/${record}`);
    await page.getByRole('row').nth(2).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/records/${record}/\\d+$`));
    await page.getByRole('heading', { level: 1 }).waitFor();
  },

  async 'submitting an empty form lists every fault with a jump'() {
    await page.goto(`${address}/records/${record}/new`);
    await page.getByRole('form').waitFor();
    await page.keyboard.press('Control+Enter');
    const list = page.locator('.fault-list');
    await list.waitFor();
    assert.ok((await list.getByRole('button').count()) > 1, 'several faults are listed');
    await list.getByRole('button').first().click();
    await page.waitForFunction(() => document.activeElement?.closest('.form-field') !== null);
  },

  async 'a draft survives a crash of the browser'() {
    const row = await someRow();
    const field = freeField(await definition());
    await page.goto(`${address}/records/${record}/${row.id}/edit`);
    await page.locator(`#field-${field.name}`).fill('草稿内容');
    await page.waitForTimeout(900);
    // Closing without asking is what a crash looks like to the page.
    const other = await context.newPage();
    await page.close({ runBeforeUnload: false });
    await other.goto(`${address}/records/${record}/${row.id}/edit`);
    await other.getByRole('button', { name: '放弃草稿' }).waitFor();
    assert.equal(await other.locator(`#field-${field.name}`).inputValue(), '草稿内容');
    await other.getByRole('button', { name: '放弃草稿' }).click();
    await other.getByRole('button', { name: '放弃草稿' }).waitFor({ state: 'detached' });
    page = other;
  },

  async 'an edit shows in the timeline with before and after'() {
    const row = await someRow();
    const field = freeField(await definition());
    const text = `甲${Date.now() % 100000}`;
    await page.goto(`${address}/records/${record}/${row.id}/edit`);
    await page.locator(`#field-${field.name}`).fill(text);
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(new RegExp(`/records/${record}/${row.id}$`));
    await page.locator('.timeline ins').getByText(text).first().waitFor();
    assert.equal((await json(`records/${record}/${row.id}`))[field.name], text);
  },

  async 'a conflict is shown side by side and settled field by field'() {
    const row = await someRow();
    const field = freeField(await definition());
    await page.goto(`${address}/records/${record}/${row.id}/edit`);
    await page.locator(`#field-${field.name}`).fill('我的内容');
    const { csrf } = await json('session');
    const answer = await context.request.patch(`${address}/api/records/${record}/${row.id}`, {
      headers: { 'If-Match': `"${row.version}"`, 'X-CSRF-Token': csrf },
      data: { [field.name]: '对方的内容' },
    });
    assert.equal(answer.status(), 200);
    await page.keyboard.press('Control+Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('对方的内容').first().waitFor();
    await shoot(page, 'conflict-1440');
    await dialog.getByRole('radio', { name: /我的内容/ }).check();
    await dialog.getByRole('button', { name: '按所选保存' }).click();
    await page.waitForURL(new RegExp(`/records/${record}/${row.id}$`));
    assert.equal((await json(`records/${record}/${row.id}`))[field.name], '我的内容');
  },

  async 'the export holds the rows of the filter'() {
    const { label } = await definition();
    const row = await someRow();
    const answer = await context.request.get(
      `${address}/api/records/${record}/export?format=csv&${label}=eq.${encodeURIComponent(row[label])}`,
    );
    assert.equal(answer.status(), 200);
    assert.ok((await answer.text()).includes(row[label]));
  },

  async 'a record that does not exist says so and offers a way on'() {
    await page.goto(`${address}/records/${record}/1`);
    await page.getByRole('alert').getByText('没有找到').first().waitFor();
  },

  async 'the pages speak English when asked to'() {
    await page.goto(`${address}/`);
    await page.evaluate(() => localStorage.setItem('weijian.language', 'en'));
    await page.reload();
    await page.getByRole('link', { name: 'Workbench' }).first().waitFor();
    await page.evaluate(() => localStorage.setItem('weijian.language', 'zh'));
  },

  async 'an administrator makes an account and sees its password once'() {
    await context.clearCookies();
    await page.goto(`${address}/sign-in.html`);
    await signIn(page, people.administrator, '/admin/users');
    await page.getByRole('button', { name: '新建', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^姓名/).fill('试用人员');
    await dialog.getByLabel(/^用户名/).fill(`trial${Date.now() % 1000000}`);
    await dialog.getByRole('button', { name: '保存' }).click();
    const password = page.locator('.temporary-password');
    await password.waitFor();
    assert.ok((await password.textContent()).trim().length >= 10);
    await page.getByRole('button', { name: '我已告知' }).click();
    await page.waitForURL(/\/admin\/users\/\d+$/);
  },
};

const wanted = process.argv.slice(2);
let [passed, failed] = [0, 0];
for (const [name, flow] of Object.entries(flows)) {
  if (wanted.length && !wanted.some((word) => name.includes(word))) continue;
  try {
    if (!name.includes('wrong') && !name.includes('signing in')) await ensureSignedIn();
    await flow();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`${name}: ${String(error.message).split('\n').slice(0, 4).join(' ')}`);
    await shoot(page, `failed-${failed}`).catch(() => undefined);
  }
}
await close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
