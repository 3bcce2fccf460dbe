// A district user does not meet another district's unit, whichever way he looks for it; and who may not see
// a page is told what to do.
import assert from 'node:assert/strict';
import { address, launch, people, runFlows, shoot, signIn } from './browser.mjs';

const password = people.officer[1];
const { context, page, close } = await launch();
const json = async (path) => (await context.request.get(`${address}/api/${path}`)).json();

// What the municipal clerk sees of another district, to look for it as the district's clerk.
await signIn(page, ['clerk.beijing', password]);
const chaoyang = '110105';
const { items } = await json('records/unit?region=prefix.110108&limit=1');
const foreign = await json(`records/unit/${items[0].id}`);
const city = await context.storageState();
await context.clearCookies();
await signIn(page, people.officer);

await runFlows(page, {
  async 'not by its address'() {
    for (const path of [`/records/unit/${foreign.id}`, `/records/unit/${foreign.id}/edit`]) {
      await page.goto(address + path);
      await page.getByRole('alert').getByText('没有找到').first().waitFor();
      await page.getByRole('link', { name: '返回首页' }).waitFor();
      assert.ok(!(await page.content()).includes(foreign.unit_name));
    }
    for (const more of ['', '/history', '/related']) {
      const answer = await context.request.get(`${address}/api/records/unit/${foreign.id}${more}`);
      assert.equal(answer.status(), 404, more);
    }
  },

  async 'not in the list, with any filter'() {
    for (const filter of [
      `id=eq.${foreign.id}`,
      'region=prefix.110108',
      `organisation=eq.${foreign.organisation.id}`,
    ]) {
      await page.goto(`${address}/records/unit?${filter}`);
      await page.getByText('没有符合条件的记录').waitFor();
    }
    const all = await json('records/unit?limit=500&columns=region_code');
    assert.ok(all.items.length > 0);
    for (const { region } of all.items) assert.ok(region.startsWith(chaoyang), region);
  },

  async 'not by searching'() {
    await page.goto(`${address}/records/unit`);
    await page.locator('#page-search').fill(foreign.uscc);
    await page.getByText('没有符合条件的记录').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').last().fill(foreign.uscc);
    await page.getByText('没有找到“').waitFor();
    await page.keyboard.press('Escape');
  },

  async 'not in an export'() {
    const answer = await context.request.get(`${address}/api/records/unit/export?format=csv`);
    assert.equal(answer.status(), 200);
    const text = await answer.text();
    assert.ok(text.split('\n').length > 50);
    assert.ok(!text.includes(foreign.unit_name) && !text.includes(foreign.uscc));
    const one = await context.request.get(
      `${address}/api/records/unit/export?format=csv&id=in.(${foreign.id})`,
    );
    assert.equal((await one.text()).trim().split('\n').length, 1, 'only the heading');
  },

  async 'not in the stream of events'() {
    await page.goto(`${address}/`);
    await page.evaluate(() => {
      globalThis.heard = [];
      const source = new EventSource('/api/events');
      source.addEventListener('change', ({ data }) => globalThis.heard.push(JSON.parse(data).id));
      return new Promise((resolve) => source.addEventListener('open', resolve));
    });
    const own = (await json('records/unit?limit=1')).items[0];
    const write = async (request, id, csrf) => {
      const { version } = await (await request.get(`${address}/api/records/unit/${id}`)).json();
      const answer = await request.patch(`${address}/api/records/unit/${id}`, {
        headers: { 'If-Match': `"${version}"`, 'X-CSRF-Token': csrf },
        data: { unit_alias: `招牌${Date.now()}` },
      });
      assert.equal(answer.status(), 200);
    };
    const other = await page.context().browser()?.newContext({ storageState: city });
    const { request } = other ?? (await import('playwright-core'));
    const asCity = other ? request : await request.newContext({ storageState: city });
    const { csrf } = await (await asCity.get(`${address}/api/session`)).json();
    await write(asCity, foreign.id, csrf);
    await write(context.request, own.id, (await json('session')).csrf);
    // His own change comes after the other one, so what has not come by then does not come.
    await page.waitForFunction((id) => globalThis.heard.includes(id), own.id);
    assert.ok(!(await page.evaluate(() => globalThis.heard)).includes(foreign.id));
    await (other ?? asCity).dispose?.();
  },

  async 'a refused page says why and what to do'() {
    for (const path of [
      '/admin/users',
      '/admin/approvals',
      '/admin/policy',
      '/admin/audit',
      '/admin/roles',
    ]) {
      await page.goto(address + path);
      await page.getByRole('heading', { name: '您没有查看这一页的权限' }).waitFor();
      await page.getByText('请联系本单位管理员').waitFor();
    }
    await shoot(page, 'refused-1440');
    await page.goto(`${address}/nowhere`);
    await page.getByRole('heading', { name: '没有这个页面' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: '工作台' }).click();
    await page.waitForURL(`${address}/`);
  },

  async 'ten thousand rows scroll as ten do'() {
    await context.clearCookies();
    await signIn(page, ['clerk.beijing', password], '/records/unit');
    await page.getByRole('table').waitFor();
    const region = page.getByRole('region', { name: '被监督单位' });
    for (let turn = 0; turn < 6; turn += 1) {
      await region.evaluate((element) => element.scrollTo(0, element.scrollHeight));
      await page.waitForTimeout(400);
    }
    const rows = await page.getByRole('row').count();
    assert.ok(rows > 15 && rows < 120, `${rows} rows stand in the page`);
    const reached = await page.getByRole('row').last().getAttribute('aria-rowindex');
    assert.ok(Number(reached) > 300, `reached row ${reached}`);
  },
});
await close();
