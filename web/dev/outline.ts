// A made-up district outline: sixteen rectangles where the sixteen districts roughly lie.
import { districts } from './data.ts';

const boxes: readonly [number, number, number, number][] = [
  [116.38, 39.86, 116.45, 39.98],
  [116.32, 39.86, 116.38, 39.98],
  [116.45, 39.82, 116.62, 40.06],
  [116.07, 39.76, 116.45, 39.86],
  [116.12, 39.88, 116.24, 39.99],
  [116.05, 39.99, 116.45, 40.16],
  [115.43, 39.86, 116.12, 40.18],
  [115.43, 39.51, 116.07, 39.86],
  [116.53, 39.6, 116.94, 39.82],
  [116.62, 39.99, 116.99, 40.31],
  [115.84, 40.16, 116.5, 40.4],
  [116.2, 39.44, 116.53, 39.76],
  [116.3, 40.4, 116.7, 41.06],
  [116.94, 40.02, 117.38, 40.37],
  [116.7, 40.37, 117.5, 40.78],
  [115.73, 40.4, 116.3, 40.76],
];

export const outline = {
  type: 'FeatureCollection',
  features: districts.map(([code, name], at) => {
    const [west, south, east, north] = boxes[at]!;
    return {
      type: 'Feature',
      properties: { code, name },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [west, south],
            [east, south],
            [east, north],
            [west, north],
            [west, south],
          ],
        ],
      },
    };
  }),
};
