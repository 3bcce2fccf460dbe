// A district outline as SVG paths: longitude shortened by the cosine of the middle latitude, north up.

type Ring = readonly (readonly number[])[];

export interface OutlineFeature {
  readonly properties: { readonly code?: string; readonly name?: string };
  readonly geometry: { readonly type: string; readonly coordinates: unknown };
}

export interface Outline {
  readonly features: readonly OutlineFeature[];
}

export interface Projection {
  readonly width: number;
  readonly height: number;
  readonly toXY: (lng: number, lat: number) => readonly [number, number];
  readonly toLngLat: (x: number, y: number) => readonly [number, number];
}

export function ringsOf({ geometry }: OutlineFeature): readonly Ring[] {
  if (geometry.type === 'Polygon') return geometry.coordinates as Ring[];
  if (geometry.type === 'MultiPolygon') return (geometry.coordinates as Ring[][]).flat();
  return [];
}

export function projectionOf(outline: Outline, width = 1000): Projection {
  const points = outline.features.flatMap((feature) => ringsOf(feature).flat());
  const [west, east] = [
    Math.min(...points.map(([lng]) => lng!)),
    Math.max(...points.map(([lng]) => lng!)),
  ];
  const [south, north] = [
    Math.min(...points.map(([, lat]) => lat!)),
    Math.max(...points.map(([, lat]) => lat!)),
  ];
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = width / ((east - west) * shrink);
  return {
    width,
    height: (north - south) * scale,
    toXY: (lng, lat) => [(lng - west) * shrink * scale, (north - lat) * scale],
    toLngLat: (x, y) => [west + x / (shrink * scale), north - y / scale],
  };
}

export function pathOf(feature: OutlineFeature, { toXY }: Projection): string {
  return ringsOf(feature)
    .map(
      (ring) =>
        `M${ring
          .map(([lng, lat]) =>
            toXY(lng!, lat!)
              .map((each) => each.toFixed(1))
              .join(' '),
          )
          .join('L')}Z`,
    )
    .join('');
}

export interface Place {
  readonly lng: number | string;
  readonly lat: number | string;
}

// What of the outline is seen: its middle and how close.
export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

// All of it when there is nothing to show, else close enough to tell the places apart.
export function startingView(projection: Projection, places: readonly Place[]): View {
  const { width, height, toXY } = projection;
  const whole = { x: width / 2, y: height / 2, zoom: 1 };
  const points = places.map(({ lng, lat }) => toXY(Number(lng), Number(lat)));
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  if (!points.length || left < 0 || top < 0 || right > width || bottom > height) return whole;
  const spread = Math.max((right - left) / width, (bottom - top) / height);
  const zoom = points.length === 1 ? 4 : Math.min(40, Math.max(1, 0.5 / spread));
  return { x: (left + right) / 2, y: (top + bottom) / 2, zoom };
}

const earthRadius = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

// Square metres inside a ring on the sphere.
export function areaOf(ring: readonly (readonly number[])[]): number {
  const sum = ring.reduce((total, [lng, lat], at) => {
    const [nextLng, nextLat] = ring[(at + 1) % ring.length]!;
    return (
      total + radians(nextLng! - lng!) * (2 + Math.sin(radians(lat!)) + Math.sin(radians(nextLat!)))
    );
  }, 0);
  return Math.abs((sum * earthRadius ** 2) / 2);
}

// Where a district's name stands: the middle of its largest ring.
export function middleOf(feature: OutlineFeature, { toXY }: Projection): readonly [number, number] {
  const ring = [...ringsOf(feature)].sort((a, b) => b.length - a.length)[0] ?? [];
  const points = ring.map(([lng, lat]) => toXY(lng!, lat!));
  const middle = (axis: 0 | 1): number => {
    const values = points.map((point) => point[axis]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  };
  return points.length ? [middle(0), middle(1)] : [0, 0];
}
