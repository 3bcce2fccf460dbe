import { beforeEach, expect, test } from 'vitest';
import { definitions } from '../../dev/definitions.ts';
import { Intent } from './intent';

const unit = definitions.records.unit!;
const body = { name: '安康宾馆', id_card: '110105199001010010' };

beforeEach(() => localStorage.clear());

test('the same form keeps its key until the server has answered', () => {
  const intent = new Intent('101', unit);
  const key = intent.keyFor(body);
  expect(intent.keyFor({ ...body })).toBe(key);
  expect(intent.pending(body)).toBe(true);
  intent.settle();
  expect(intent.pending(body)).toBe(false);
  expect(intent.keyFor(body)).not.toBe(key);
});

test('a changed form is another intent, also when only a protected field changed', () => {
  const intent = new Intent('101', unit);
  const key = intent.keyFor(body);
  expect(intent.pending({ ...body, name: '安康旅馆' })).toBe(false);
  expect(intent.keyFor({ ...body, id_card: '110105199001010029' })).not.toBe(key);
});

test('the key survives a crash of the browser, without the protected values', () => {
  const key = new Intent('101', unit).keyFor(body);
  expect(JSON.stringify({ ...localStorage })).not.toContain(body.id_card);
  expect(new Intent('101', unit).keyFor(body)).toBe(key);
  expect(new Intent('102', unit).keyFor(body)).not.toBe(key);
});
