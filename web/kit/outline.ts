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
