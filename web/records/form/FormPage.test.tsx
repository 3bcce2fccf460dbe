import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { openPage } from '../../dev/page.tsx';
import { queryClient } from '../../client/queries';
import { tables } from '../../dev/data.ts';
import { FormPage } from './FormPage';

const routes = {
  '/records/:record/new': FormPage,
  '/records/:record/:id/edit': FormPage,
  '/records/:record/:id': () => <p>saved</p>,
};
const wait = { timeout: 15_000 };

beforeEach(() => localStorage.clear());

const type = (label: string | RegExp, text: string): HTMLElement => {
  const box = screen.getByLabelText(label);
  fireEvent.change(box, { target: { value: text } });
  fireEvent.blur(box);
  return box;
};

test('lists all faults on submit, and the right check digit on leaving the field', async () => {
  await openPage(routes, '/records/unit/new');
  await screen.findByRole('button', { name: '保存' }, wait);
  type(/^统一社会信用代码/, '91110105MA01ABCD27');
  expect(await screen.findByText(/最后一位应为 6/)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: '保存' }));
  const list = (await screen.findByText(/处需要修改/)).closest('[role="alert"]') as HTMLElement;
  const faults = within(list)
    .getAllByRole('button')
    .map((each) => each.textContent);
  expect(faults).toContain('单位名称');
  expect(faults).toContain('统一社会信用代码');
  expect(faults.length).toBeGreaterThan(4);
}, 60_000);

test('an edit sends only what changed, and a conflict asks about that field alone', async () => {
  const row = tables.unit![3]!;
  const { path } = await openPage(routes, `/records/unit/${row.id}/edit`);
  await screen.findByRole('button', { name: '保存' }, wait);
  type(/^招牌名称/, '我的招牌');
  Object.assign(row, { alias: '对方的招牌', principal: '李芳', version: row.version + 1 });
  fireEvent.click(screen.getByRole('button', { name: '保存' }));
  const dialog = await screen.findByRole('dialog', {}, wait);
  expect(within(dialog).getAllByRole('heading', { level: 3 }).length).toBe(1);
  fireEvent.click(within(dialog).getByRole('radio', { name: /我的招牌/ }));
  fireEvent.click(within(dialog).getByRole('button', { name: '按所选保存' }));
  await waitFor(() => expect(path()).toBe(`/records/unit/${row.id}`), wait);
  expect(row).toMatchObject({ alias: '我的招牌', principal: '李芳' });
}, 60_000);

test('a change by somebody else does not take the form away', async () => {
  const row = tables.unit![5]!;
  await openPage(routes, `/records/unit/${row.id}/edit`);
  await screen.findByRole('button', { name: '保存' }, wait);
  const box = type(/^招牌名称/, '还没存');
  await queryClient.invalidateQueries({ queryKey: ['record', 'unit', row.id] });
  expect(screen.getByLabelText(/^招牌名称/)).toBe(box);
}, 60_000);
