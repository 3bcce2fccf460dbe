// The second factor from set-up to sign-in, the account policy with two administrators, and the first page
// of a new installation (WEIJIAN_NEW_URL, WEIJIAN_NEW_CODE).
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { address, launch, people, runFlows, shoot, signIn } from './browser.mjs';

const password = people.officer[1];
const { context, page, close } = await launch();

// RFC 6238 with the defaults of every authenticator.
function oneTimeCode(secret, at = Date.now()) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret]
    .map((each) => alphabet.indexOf(each).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = hash[19] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function signOut() {
  await context.clearCookies();
}

await runFlows(page, {
  async 'a second factor is set up, asked for, and replaced by a recovery code'() {
    const name = 'legal.chaoyang';
    await signIn(page, [name, password], '/account');
    await page.getByRole('button', { name: '启用', exact: true }).click();
    await page.getByLabel('请输入登录密码以继续').fill(password);
    await page.getByRole('button', { name: '继续' }).click();
    await page.getByRole('img', { name: '动态口令二维码' }).waitFor();
    const secret = (await page.locator('.totp code').textContent()).replaceAll(/\s/g, '');
    await shoot(page, 'totp-1440');
    await page.getByLabel('输入应用上显示的 6 位数字').fill(oneTimeCode(secret));
    await page.getByRole('button', { name: '确认启用' }).click();
    const codes = page.locator('.recovery-codes li');
    await codes.first().waitFor();
    const recovery = await codes.first().textContent();
    await page.getByRole('button', { name: '我已保存' }).click();

    await signOut();
    await page.goto(`${address}/sign-in.html`);
    const first = async () => {
      await page.getByLabel('用户名').fill(name);
      await page.getByLabel('密码', { exact: true }).fill(password);
      await page.getByRole('button', { name: '登录', exact: true }).click();
      await page.getByRole('heading', { name: '第二步验证' }).waitFor();
    };
    await first();
    await page.getByLabel('验证码').fill('000000');
    await page.getByRole('button', { name: '验证并登录' }).click();
    await page.getByRole('alert').waitFor();
    // The code that confirmed the set-up is used up; the next step of time brings another.
    await page.getByLabel('验证码').fill(oneTimeCode(secret, Date.now() + 30_000));
    await page.getByRole('button', { name: '验证并登录' }).click();
    await page.waitForURL(`${address}/`);

    await signOut();
    await page.goto(`${address}/sign-in.html`);
    await first();
    await page.getByRole('button', { name: '手机不在身边？使用恢复码' }).click();
    await page.getByLabel('恢复码').fill(recovery);
    await page.getByRole('button', { name: '验证并登录' }).click();
    await page.waitForURL(`${address}/`);
    await signOut();
  },

  async 'a change of the account policy waits for a second administrator'() {
    await signIn(page, ['security.admin', password], '/admin/policy');
    const box = page.getByLabel('无操作自动退出', { exact: false }).first();
    const before = Number(await box.inputValue());
    const wanted = before === 45 ? 50 : 45;
    await box.fill(String(wanted));
    await page.getByText('改了 1 项').waitFor();
    await shoot(page, 'policy-1440');
    await page.getByRole('button', { name: '提交审批' }).click();
    await page.getByText('已提交，等待另一位管理员审批').first().waitFor();
    await signOut();
    await signIn(page, ['system.admin', password], '/admin/approvals');
    const request = page.getByRole('listitem').filter({ hasText: '修改账号策略' });
    // The decider sees what changes, before and after, without looking for it.
    const changes = request.locator('.policy-changes');
    await changes.getByText(`${before} 分钟`).waitFor();
    await changes.getByText(`${wanted} 分钟`).waitFor();
    await request.getByRole('button', { name: '同意' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '同意' }).click();
    await request.waitFor({ state: 'detached' });
    await signOut();
    await signIn(page, ['security.admin', password], '/admin/policy');
    assert.equal(Number(await box.inputValue()), wanted);
  },

  async 'a new installation is set up once, by the code of its console'() {
    const fresh = process.env.WEIJIAN_NEW_URL;
    if (!fresh) return;
    await signOut();
    await page.goto(`${fresh}/setup.html`);
    await page.getByRole('button', { name: '完成设置' }).click();
    await page.getByRole('alert').first().waitFor();
    await page.getByLabel('一次性设置码').fill(process.env.WEIJIAN_NEW_CODE);
    await page.getByLabel('机构名称').fill('试验市卫生健康监督所');
    await page.getByLabel('行政区划代码').fill('110000');
    for (const [at, duty] of ['系统管理员', '安全管理员', '审计管理员'].entries()) {
      const part = page.getByRole('group', { name: new RegExp(duty) });
      await part.getByLabel('姓名').fill(`管理${at}`);
      await part.getByLabel('用户名').fill(`admin${at}`);
      await part.getByLabel('密码', { exact: true }).fill(`Setup-Only-2026-${at}`);
    }
    await shoot(page, 'setup-1440');
    await page.getByRole('button', { name: '完成设置' }).click();
    await page.getByText('设置完成').waitFor();
    await page.goto(`${fresh}/setup.html`);
    await page.getByText('系统已经完成设置').waitFor();
    await page.goto(`${fresh}/sign-in.html`);
    await page.getByLabel('用户名').fill('admin0');
    await page.getByLabel('密码', { exact: true }).fill('Setup-Only-2026-0');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.waitForURL(`${fresh}/`);
    // A sensitive role begins with its second factor.
    await page.getByRole('heading', { level: 1 }).waitFor();
    await shoot(page, 'first-steps-1440');
  },
});
await close();
