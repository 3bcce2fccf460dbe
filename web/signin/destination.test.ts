import { expect, test } from 'vitest';
import { destination } from './destination';

test('leads to the page that was asked for', () => {
  expect(destination('?next=%2Frecords%2Funit%3Fq%3Da')).toBe('/records/unit?q=a');
});

test('never leads to another site', () => {
  for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:1'])
    expect(destination(`?next=${encodeURIComponent(next)}`)).toBe('/');
});
