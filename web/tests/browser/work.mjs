// Daily work around a record: unmasking, attachments, saved views, chosen rows, deleting and undoing, paper.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  address,
  creditCode,
  fillUnit,
  launch,
  people,
  runFlows,
  screenshots,
  shoot,
  signIn,
} from './browser.mjs';

mkdirSync(screenshots, { recursive: true });
const password = people.officer[1];
const { context, page, close } = await launch();
const json = async (path) => (await context.request.get(`${address}/api/${path}`)).json();

await signIn(page, ['officer.chaoyang', password]);
await runFlows(page, {
  async 'a masked value is shown after giving a purpose, and the timeline says so'() {
    const { items } = await json('records/unit?principal_phone=notnull&limit=1');
    const { id } = items[0];
    await page.goto(`${address}/records/unit/${id}`);
    const open = page.getByRole('button', { name: '查看“负责人电话”' });
    const mask = (await json(`records/unit/${id}`)).principal_phone;
    assert.match(mask, /\*/);
    await open.click();
    const dialog = page.getByRole('dialog');
    const show = dialog.getByRole('button', { name: '查看', exact: true });
    assert.ok(await show.isDisabled(), 'not without a purpose');
    await dialog.getByLabel('用途').fill('核对投诉线索');
    await show.click();
    const phone = (await dialog.locator('.unmasked').textContent()).trim();
    assert.match(phone, /^1\d{10}$/);
    await dialog.getByRole('button', { name: '用完，关闭' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.ok(!(await page.content()).includes(phone), 'hidden again');
    const { items: acts } = await json(`records/unit/${id}/history`);
    assert.ok(acts.some(({ action }) => action === 'unmask'));
  },

  async 'a photograph is uploaded with progress and shown with the record'() {
    const { items } = await json('records/unit?limit=1');
    const { id } = items[0];
    await page.goto(`${address}/records/unit/${id}/edit`);
    await page.locator('#field-photos').waitFor();
    await page.route('**/api/uploads/**', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 800));
      await route.continue().catch(() => undefined);
    });
    const picture = await page.screenshot();
    writeFileSync(join(screenshots, 'upload.png'), picture);
    await page
      .locator('#field-photos input[type=file]')
      .first()
      .setInputFiles(join(screenshots, 'upload.png'));
    await page.getByText(/upload\.png：\d+%/).waitFor();
    await page.getByRole('progressbar').waitFor();
    await page.getByRole('button', { name: '移除 upload.png' }).waitFor();
    await page.keyboard.press('Control+s');
    await page.waitForURL(new RegExp(`/records/unit/${id}$`));
    const button = page.getByRole('button', { name: '预览 upload.png' });
    await button.first().waitFor();
    const shown = await button
      .first()
      .locator('img')
      .evaluate((image) => image.decode().then(() => image.naturalWidth));
    assert.equal(shown, 1440);
  },

  async 'a view remembers filters, order and columns, and can be removed'() {
    const { fields } = (await json('definitions')).records.unit;
    const status =
      fields.find(({ name }) => name === 'unit_status') ??
      fields.find(({ type }) => type === 'code');
    const wanted = `${status.name}=notnull&order=-updated_at`;
    await page.goto(`${address}/records/unit?${wanted}`);
    await page.getByRole('table').waitFor();
    await page.getByRole('button', { name: '视图', exact: true }).click();
    await page.getByRole('button', { name: '保存当前视图' }).click();
    const title = `重点单位${Date.now() % 10000}`;
    await page.getByLabel('视图名称').fill(title);
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.goto(`${address}/records/unit`);
    await page.getByRole('table').waitFor();
    await page.getByRole('button', { name: '视图', exact: true }).click();
    await page.getByRole('button', { name: title, exact: true }).click();
    await page.waitForURL(
      (url) =>
        url.searchParams.get(status.name) === 'notnull' &&
        url.searchParams.get('order') === '-updated_at',
    );
    await page.getByRole('button', { name: '视图', exact: true }).click();
    await page.getByRole('button', { name: `删除视图“${title}”` }).click();
    await page.getByRole('button', { name: title, exact: true }).waitFor({ state: 'detached' });
  },

  async 'the chosen rows, and only those, are exported'() {
    await page.goto(`${address}/records/unit`);
    await page.getByRole('row').nth(4).waitFor();
    for (const at of [1, 3]) await page.getByRole('row').nth(at).getByRole('checkbox').check();
    const [one, two] = [1, 3].map((at) => page.getByRole('row').nth(at).getByRole('link').first());
    const names = [await one.textContent(), await two.textContent()];
    await page.getByText('已选 2 条').waitFor();
    const path = await page.getByRole('link', { name: '导出所选' }).getAttribute('href');
    const answer = await context.request.get(`${address}${path}&format=csv`);
    assert.equal(answer.status(), 200);
    const lines = (await answer.text()).trim().split('\n');
    assert.equal(lines.length, 3);
    for (const name of names)
      assert.ok(
        lines.some((line) => line.includes(name)),
        name,
      );
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '导出所选' }).click();
    assert.ok((await download).suggestedFilename());
  },

  async 'a deletion can be taken back at once'() {
    await context.clearCookies();
    await signIn(page, people.officer);
    const name = `北京误删试验宾馆${Date.now()}`;
    await fillUnit(page, name, creditCode(Date.now() + 29));
    await page.keyboard.press('Control+s');
    await page.waitForURL(/\/records\/unit\/\d+$/);
    const id = page.url().split('/').at(-1);
    await page.getByRole('button', { name: '更多' }).last().click();
    await page.getByRole('menuitem', { name: '删除' }).click();
    await page.getByLabel('原因').fill('录入重复');
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
    await page.waitForURL(/\/records\/unit$/);
    await page.getByRole('button', { name: '撤销' }).click();
    // A toast may come and go on a busy machine; the record stays.
    for (let tries = 0; tries < 50; tries += 1) {
      if ((await json(`records/unit/${id}`)).deleted_at === null) break;
      await page.waitForTimeout(200);
    }
    assert.equal((await json(`records/unit/${id}`)).deleted_at, null);
  },

  async 'a record and a list print without the frame of the screen'() {
    const { items } = await json('records/unit?limit=1');
    await page.goto(`${address}/records/unit/${items[0].id}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.emulateMedia({ media: 'print' });
    for (const hidden of ['.side', '.page-actions', 'aside'])
      assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
    await page.getByText('打印于').waitFor();
    await page.emulateMedia({ media: null });
    writeFileSync(join(screenshots, 'record.pdf'), await page.pdf({ preferCSSPageSize: true }));
    await page.goto(`${address}/records/unit`);
    await page.getByRole('row').nth(20).waitFor();
    const seen = await page.evaluate(() => {
      dispatchEvent(new Event('beforeprint'));
      const count = document.querySelectorAll('[role="row"]').length;
      dispatchEvent(new Event('afterprint'));
      return count;
    });
    assert.ok(seen > 100, `${seen} rows on paper`);
    writeFileSync(join(screenshots, 'list.pdf'), await page.pdf({ preferCSSPageSize: true }));
  },

  async 'a search that finds nothing and a place without drafts say what to do next'() {
    await page.goto(`${address}/records/unit?q=${encodeURIComponent('没有这样的名称')}`);
    await page.getByText('试试减少筛选条件').waitFor();
    await page.getByRole('button', { name: '清除全部' }).click();
    await page.getByRole('table').waitFor();
    await page.goto(`${address}/imports`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await shoot(page, 'imports-empty-1440');
  },
});
await close();
