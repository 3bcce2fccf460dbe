import { expect, test } from 'vitest';
import { areaOf, projectionOf, startingView, type Outline } from './outline';

const square = [
  [116, 39],
  [117, 39],
  [117, 40],
  [116, 40],
  [116, 39],
];
const outline: Outline = {
  features: [{ properties: {}, geometry: { type: 'Polygon', coordinates: [square] } }],
};

test('an area is measured on the sphere, whichever way round and closed or not', () => {
  // One degree by one degree between 39 and 40 north, by R² Δλ (sin φ2 − sin φ1).
  const exact =
    6_371_008.8 ** 2 *
    (Math.PI / 180) *
    (Math.sin((40 * Math.PI) / 180) - Math.sin((39 * Math.PI) / 180));
  expect(areaOf(square) / exact).toBeCloseTo(1, 3);
  expect(areaOf([...square].reverse())).toBeCloseTo(areaOf(square), 0);
  expect(areaOf(square.slice(0, 4))).toBeCloseTo(areaOf(square), 0);
  expect(areaOf([])).toBe(0);
});

test('the map opens where the places are, and shows everything when they lie outside', () => {
  const projection = projectionOf(outline);
  expect(startingView(projection, []).zoom).toBe(1);
  expect(startingView(projection, [{ lng: 10, lat: 10 }]).zoom).toBe(1);
  const near = startingView(projection, [
    { lng: '116.40', lat: '39.40' },
    { lng: '116.42', lat: '39.42' },
  ]);
  expect(near.zoom).toBeGreaterThan(10);
  expect(near.x).toBeCloseTo(410, 0);
});
