// A registry from the file to the result and the reject sheet; the corrected sheet imports fully.
import assert from 'node:assert/strict';
import { address, creditCode, launch, people, runFlows, shoot, signIn } from './browser.mjs';

const { context, page, close } = await launch();
const seed = Date.now();
const line = (at, name, code) =>
  `${name},法人及非法人组织,${code},赵试验,钱试验,北京市朝阳区试验路${at}号,北京市朝阳区试验路${at}号,110105016,正常`;
const heading =
  '单位名称,主体类别,统一社会信用代码,法定代表人,负责人,注册地址,经营地址,所在区划,单位状态';

async function importFile(name, text) {
  await page.goto(`${address}/imports/new?record=unit`);
  await page
    .getByLabel('台账文件')
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByRole('button', { name: '上传并读取' }).click();
  await page.getByRole('button', { name: '检查全部行' }).click();
}

await signIn(page, people.officer);
await runFlows(page, {
  async 'from the file to the result and the reject sheet'() {
    const good = [1, 2, 3].map((at) =>
      line(at, `北京导入试验宾馆${seed}${at}`, creditCode(seed + at)),
    );
    const wrong = line(9, `北京导入试验宾馆${seed}9`, `${creditCode(seed + 9).slice(0, 17)}?`);
    await importFile('registry.csv', [heading, ...good, wrong].join('\r\n'));
    await page.getByRole('heading', { name: '检查完成：共 4 行，1 行有问题' }).waitFor();
    await page.getByRole('cell', { name: '统一社会信用代码' }).first().waitFor();
    await shoot(page, 'import-checked-1440');
    await page.getByRole('button', { name: '导入没有问题的 3 行' }).click();
    await page.getByRole('heading', { name: '导入完成' }).waitFor();
    await page.getByText('新增 3 行，更新 0 行，未变 0 行，退回 1 行').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载退回表' }).click();
    assert.match((await download).suggestedFilename(), /\.xlsx$/);

    const id = page.url().split('/').at(-1);
    const sheet = await (
      await context.request.get(`${address}/api/imports/${id}/rejects?format=csv`)
    ).text();
    assert.ok(sheet.includes(`${seed}9`) && !sheet.includes(`${seed}1,`));
    const corrected = sheet.replace(`${creditCode(seed + 9).slice(0, 17)}?`, creditCode(seed + 9));
    await importFile('corrected.csv', corrected);
    await page.getByRole('heading', { name: '检查完成：1 行全部没有问题' }).waitFor();
    await page.getByRole('button', { name: '开始导入' }).click();
    await page.getByText('新增 1 行，更新 0 行，未变 0 行，退回 0 行').waitFor();
    await page.getByRole('button', { name: '查看被监督单位' }).click();
    await page.getByRole('link', { name: `北京导入试验宾馆${seed}9` }).waitFor();
  },

  async 'a file that is no registry says what is wrong'() {
    const read = async (name, bytes) => {
      await page.goto(`${address}/imports/new?record=unit`);
      await page
        .getByLabel('台账文件')
        .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
      await page.getByRole('button', { name: '上传并读取' }).click();
    };
    await read('notes.csv', 'some,notes\r\n1,2');
    await page.getByText('还没有对应的必填字段：单位名称').waitFor();
    assert.ok(await page.getByRole('button', { name: '检查全部行' }).isDisabled());
    await read('broken.xlsx', 'PK\x03\x04 this is not a workbook');
    await page.getByText('导入没有完成').or(page.getByRole('alert')).first().waitFor();
    await shoot(page, 'import-failed-1440');
  },
});
await close();
