import { expect, test } from 'vitest';
import { definitions } from '../../dev/definitions.ts';
import { bodyOf, changesOf, conflictsOf } from './changes';

const unit = definitions.records.unit!;
const base = {
  name: '安康宾馆',
  principal: '张伟',
  supervised_by: { id: '4', label: '朝阳' },
  permits: [{ id: '1', permit_no: 'A' }],
};

test('only what differs is sent', () => {
  expect(
    changesOf(unit, base, { ...base, supervised_by: { id: '4', label: '朝阳区' }, alias: '' }),
  ).toEqual({});
  expect(changesOf(unit, base, { ...base, principal: null })).toEqual({ principal: null });
  const permits = [
    { id: '1', permit_no: 'A' },
    { _key: 'new1', permit_no: 'B' },
  ];
  expect(bodyOf(changesOf(unit, base, { ...base, permits }))).toEqual({
    permits: [{ id: '1', permit_no: 'A' }, { permit_no: 'B' }],
  });
});

test('references are sent as ids', () => {
  expect(bodyOf({ supervised_by: { id: '5', label: '丰台' } })).toEqual({ supervised_by: '5' });
  const file = { hash: 'sha256:00', name: 'a.png', size: 3, media_type: 'image/png' };
  expect(bodyOf({ photos: [file] })).toEqual({ photos: [file] });
});

test('a conflict is what both changed, and to something else', () => {
  const theirs = { ...base, name: '安康大酒店', principal: '李芳' };
  expect(
    conflictsOf(unit, base, { name: '安康宾馆（朝阳店）' }, theirs).map(({ name }) => name),
  ).toEqual(['name']);
  expect(conflictsOf(unit, base, { alias: '安康' }, theirs)).toEqual([]);
  expect(conflictsOf(unit, base, { principal: '李芳' }, theirs)).toEqual([]);
});
