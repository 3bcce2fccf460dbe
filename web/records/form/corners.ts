// The corners of an area between the map, the text beside it and GeoJSON.

export interface Polygon {
  readonly type: 'Polygon';
  readonly coordinates: readonly (readonly (readonly number[])[])[];
}

type Corners = readonly (readonly number[])[];

// GeoJSON repeats the first corner at the end; people do not.
export function cornersOf(value: Polygon | null | undefined): Corners {
  return value?.coordinates?.[0]?.slice(0, -1) ?? [];
}

export function polygonOf(corners: Corners): Polygon | null {
  return corners.length < 3 ? null : { type: 'Polygon', coordinates: [[...corners, corners[0]!]] };
}

export function cornersText(corners: Corners): string {
  return corners.map((corner) => corner.join(',')).join('\n');
}

// Undefined when a line is not a longitude and a latitude.
export function readCorners(text: string): Corners | undefined {
  const lines = text.split('\n').filter((line) => line.trim());
  const corners = lines.map((line) => {
    const [, lng, lat] = /^\s*(-?\d+(?:\.\d+)?)\s*[,，\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(line) ?? [];
    return [Number(lng), Number(lat)];
  });
  const good = ([lng, lat]: readonly number[]): boolean =>
    Math.abs(lng!) <= 180 && Math.abs(lat!) <= 90;
  return corners.every(good) ? corners : undefined;
}
