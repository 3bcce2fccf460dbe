import { expect, test } from 'vitest';
import { definitions } from '../../dev/definitions.ts';
import { keepLocal, newer, readLocal } from './drafts';

test('a local draft survives, without the encrypted fields', () => {
  const values = { name: '安康宾馆', id_card: '110105199001010010' };
  keepLocal('101', definitions.records.unit!, 'new', {
    values,
    saved_at: '2026-09-28T10:32:00+08:00',
  });
  expect(readLocal('101', 'unit', 'new')?.values).toEqual({ name: '安康宾馆' });
  expect(readLocal('102', 'unit', 'new')).toBeUndefined();
});

test('the newer of two drafts is taken, whatever the offset it is written in', () => {
  const here = { values: {}, saved_at: '2026-09-28T02:33:00Z' };
  const there = { values: {}, saved_at: '2026-09-28T10:32:00+08:00' };
  expect(newer(here, there)).toBe(here);
  expect(newer(undefined, there)).toBe(there);
});
