import { expect, test } from 'vitest';
import { cornersOf, cornersText, polygonOf, readCorners } from './corners';

const corners = [
  [116.4, 39.9],
  [116.5, 39.9],
  [116.5, 40],
];

test('an area is stored as a closed ring and shown without the repetition', () => {
  const polygon = polygonOf(corners)!;
  expect(polygon.coordinates[0]).toHaveLength(4);
  expect(polygon.coordinates[0]![3]).toEqual(corners[0]);
  expect(cornersOf(polygon)).toEqual(corners);
  expect(polygonOf(corners.slice(0, 2))).toBeNull();
});

test('corners are read as people write them, and a wrong line is refused', () => {
  expect(readCorners(cornersText(corners))).toEqual(corners);
  expect(readCorners('116.4，39.9\n\n 116.5 39.9 ')).toEqual(corners.slice(0, 2));
  expect(readCorners('')).toEqual([]);
  expect(readCorners('39.9,116.4')).toBeUndefined();
  expect(readCorners('somewhere')).toBeUndefined();
});
