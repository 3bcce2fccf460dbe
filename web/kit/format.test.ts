import { expect, test } from 'vitest';
import { day, grouped, instant, money, size, withOffset } from './format';

test('an instant is shown in Asia/Shanghai whatever its offset', () => {
  expect(instant('2026-09-28T16:00:00.000Z')).toBe('2026-09-29 00:00');
  expect(day('2026-09-28T15:59:59Z')).toBe('2026-09-28');
  expect(withOffset('2026-09-28 16:00:00')).toBe('2026-09-28T16:00:00+08:00');
});

test('money and decimals never go through a float', () => {
  expect(money('9007199254740993.5')).toBe('9,007,199,254,740,993.50');
  expect(grouped('-1234567.001')).toBe('-1,234,567.001');
  expect(grouped('abc')).toBe('abc');
});

test('sizes take the largest fitting unit', () => {
  expect(size(512)).toBe('512 B');
  expect(size(1536)).toBe('1.5 KB');
  expect(size(20 * 1024 * 1024)).toBe('20 MB');
});
