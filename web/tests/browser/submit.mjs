// Saving when the network is bad: answers that get lost, a slow server, a browser that is killed.
import assert from 'node:assert/strict';
import { address, creditCode, fillUnit, launch, people, runFlows, signIn } from './browser.mjs';

const { context, page, close } = await launch();
const json = async (path) => (await context.request.get(`${address}/api/${path}`)).json();
const named = async (name) =>
  (await json(`records/unit?unit_name=eq.${encodeURIComponent(name)}`)).items.length;
const save = () => page.getByRole('button', { name: /^保存|正在保存/ }).first();

await signIn(page, people.officer);
await runFlows(page, {
  async 'an answer that got lost does not make a second record'() {
    const name = `北京断网试验宾馆${Date.now()}`;
    await fillUnit(page, name, creditCode(Date.now()));
    const keys = [];
    await page.route(`**/api/records/unit`, async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      keys.push(route.request().headers()['idempotency-key']);
      if (keys.length > 1) return route.continue();
      await route.fetch(); // The server stores it; only the answer never arrives.
      return route.abort();
    });
    await save().click();
    await page.getByRole('alert').getByText('连接不上服务器').waitFor();
    assert.equal(await named(name), 1, 'the first try arrived');
    await save().click();
    await page.waitForURL(/\/records\/unit\/\d+$/);
    await page.unroute(`**/api/records/unit`);
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1], 'the retry carries the same key');
    assert.equal(await named(name), 1, 'there is still one');
  },

  async 'a changed form is another intent with another key'() {
    const name = `北京改名试验宾馆${Date.now()}`;
    await fillUnit(page, name, creditCode(Date.now() + 7));
    const keys = [];
    await page.route(`**/api/records/unit`, async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      keys.push(route.request().headers()['idempotency-key']);
      return keys.length > 1 ? route.continue() : route.abort();
    });
    await save().click();
    await page.getByRole('alert').getByText('连接不上服务器').waitFor();
    await page.locator('#field-unit_alias').fill('改过的招牌');
    await save().click();
    await page.waitForURL(/\/records\/unit\/\d+$/);
    await page.unroute(`**/api/records/unit`);
    assert.notEqual(keys[0], keys[1]);
    assert.equal(await named(name), 1);
  },

  async 'an edit whose answer got lost is not a conflict with oneself'() {
    const { items } = await json('records/unit?limit=1');
    await page.goto(`${address}/records/unit/${items[0].id}/edit`);
    const text = `招牌${Date.now()}`;
    await page.locator('#field-unit_alias').fill(text);
    let tries = 0;
    await page.route(`**/api/records/unit/${items[0].id}`, async (route) => {
      if (route.request().method() !== 'PATCH' || (tries += 1) > 1) return route.continue();
      await route.fetch();
      return route.abort();
    });
    await save().click();
    await page.getByRole('alert').getByText('连接不上服务器').waitFor();
    await save().click();
    await page.waitForURL(new RegExp(`/records/unit/${items[0].id}$`));
    await page.unroute(`**/api/records/unit/${items[0].id}`);
    assert.equal((await json(`records/unit/${items[0].id}`)).unit_alias, text);
  },

  async 'a slow server shows progress and takes one save, however often the key is pressed'() {
    const name = `北京慢速试验宾馆${Date.now()}`;
    await fillUnit(page, name, creditCode(Date.now() + 13));
    let posts = 0;
    await page.route('**/api/records/unit', async (route) => {
      if (route.request().method() === 'POST') posts += 1;
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await route.continue().catch(() => undefined);
    });
    await save().click();
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Control+s');
    await page.getByRole('button', { name: '正在保存…' }).waitFor();
    await page.waitForURL(/\/records\/unit\/\d+$/);
    await page.unroute('**/api/records/unit');
    assert.equal(posts, 1);
    assert.equal(await named(name), 1);
  },

  async 'every page says that it is waiting when the server is slow'() {
    const { items } = await json('records/unit?limit=1');
    const slow = async (route) => {
      if (!/\/api\/(records|imports|account|users|drafts)/.test(route.request().url()))
        return route.continue();
      await new Promise((resolve) => setTimeout(resolve, 3000));
      return route.continue().catch(() => undefined);
    };
    await page.route('**/api/**', slow);
    for (const path of [
      '/records/unit',
      `/records/unit/${items[0].id}`,
      `/records/unit/${items[0].id}/edit`,
      '/imports',
    ]) {
      await page.goto(address + path);
      await page.locator('.loading').first().waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
    await page.unroute('**/api/**', slow);
  },
});
await close();
