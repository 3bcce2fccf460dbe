import { expect, test } from 'vitest';
import { nextOrder, readState, withConditions, writeState } from './query';

const text =
  'q=%E5%AE%89%E5%BA%B7&unit_status=in.%28OPEN%2CMOVED%29&established_on=gte.2020-01-01&established_on=lte.2026-01-01&deleted=only&order=-name&columns=number%2Cname';

test('the URL survives reading and writing', () => {
  expect(writeState(readState(new URLSearchParams(text))).toString()).toBe(text);
});

test('an unknown operator is left out rather than sent on', () => {
  const state = readState(new URLSearchParams('name=drop.table&alias=null'));
  expect(state.conditions).toEqual([{ field: 'alias', operator: 'null', values: [] }]);
});

test('changing a filter keeps its place in the row', () => {
  const state = readState(new URLSearchParams('a=eq.1&b=gte.1&b=lte.2&c=eq.3'));
  const next = withConditions(state, 'b', [{ field: 'b', operator: 'null', values: [] }]);
  expect(writeState(next).toString()).toBe('a=eq.1&b=null&c=eq.3');
});

test('a header goes through ascending, descending and the default', () => {
  expect(nextOrder('-updated_at', 'name')).toBe('name');
  expect(nextOrder('name', 'name')).toBe('-name');
  expect(nextOrder('-name', 'name')).toBe('');
});
