// The district outline with points or an area on it. Dragging moves it, a click picks a place; no map
// server is asked.
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState, type JSX, type PointerEvent } from 'react';
import { api } from '../../client/api';
import { Icon } from '../../kit/Icon';
import { useText } from '../../kit/language';
import {
  middleOf,
  pathOf,
  projectionOf,
  startingView,
  type Outline,
  type Place,
  type View,
} from '../../kit/outline';
import './outline.css';
import { formTexts } from './texts';

export interface OutlineMapProps {
  readonly points: readonly Place[];
  // The points are the corners of an area.
  readonly area?: boolean;
  // Come closer with every pick, so that three clicks find a house.
  readonly approach?: boolean;
  readonly onPick?: (lng: number, lat: number) => void;
}

const zoomMax = 60;

export const round = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;

export function OutlineMap({
  points,
  area,
  approach,
  onPick,
}: OutlineMapProps): JSX.Element | null {
  const t = useText(formTexts);
  const { data } = useQuery({
    queryKey: ['outline'],
    queryFn: () => api<Outline>('map/outline'),
    staleTime: Infinity,
    retry: false,
  });
  const projection = useMemo(
    () => (data?.features.length ? projectionOf(data) : undefined),
    [data],
  );
  const [view, setView] = useState<View>();
  const grip = useRef<{ x: number; y: number; view: View; moved: boolean }>(undefined);
  if (!data || !projection) return null;

  const now = view ?? startingView(projection, points);
  const [width, height] = [projection.width / now.zoom, projection.height / now.zoom];
  const unit = 1 / now.zoom;
  const zoom = (by: number): void =>
    setView({ ...now, zoom: Math.min(zoomMax, Math.max(1, now.zoom * by)) });
  const take = (event: PointerEvent<SVGSVGElement>): void => {
    grip.current = { x: event.clientX, y: event.clientY, view: now, moved: false };
  };
  const drag = (event: PointerEvent<SVGSVGElement>): void => {
    const held = grip.current;
    if (!held) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.moved && Math.hypot(dx, dy) < 5) return;
    if (!held.moved) event.currentTarget.setPointerCapture(event.pointerId);
    held.moved = true;
    const scale = width / event.currentTarget.getBoundingClientRect().width;
    setView({ ...held.view, x: held.view.x - dx * scale, y: held.view.y - dy * scale });
  };
  const drop = (event: PointerEvent<SVGSVGElement>): void => {
    const held = grip.current;
    grip.current = undefined;
    if (!held || held.moved || !onPick) return;
    // The drawing keeps its proportions inside the box, so the box may be wider than it.
    const box = event.currentTarget.getBoundingClientRect();
    const scale = Math.max(width / box.width, height / box.height);
    const x = now.x + (event.clientX - box.left - box.width / 2) * scale;
    const y = now.y + (event.clientY - box.top - box.height / 2) * scale;
    const [lng, lat] = projection.toLngLat(x, y);
    if (approach) setView({ x, y, zoom: Math.min(zoomMax, now.zoom * 1.6) });
    onPick(round(lng), round(lat));
  };
  const corners = points.map(({ lng, lat }) => projection.toXY(Number(lng), Number(lat)));
  return (
    <div className="outline-map">
      <svg
        role="img"
        aria-label={t(area ? 'areaMap' : 'pointMap')}
        viewBox={`${now.x - width / 2} ${now.y - height / 2} ${width} ${height}`}
        onPointerDown={take}
        onPointerMove={drag}
        onPointerUp={drop}
        onPointerCancel={() => (grip.current = undefined)}
        className={onPick ? 'picking' : undefined}
      >
        {data.features.map((feature, at) => (
          <path
            key={feature.properties.code ?? at}
            d={pathOf(feature, projection)}
            strokeWidth={1.6 * unit}
          />
        ))}
        {data.features.map((feature, at) => {
          const [x, y] = middleOf(feature, projection);
          return (
            <text
              key={feature.properties.code ?? at}
              x={x}
              y={y}
              fontSize={(onPick ? 26 : 36) * unit}
              textAnchor="middle"
            >
              {feature.properties.name}
            </text>
          );
        })}
        {area && corners.length > 1 && (
          <polygon
            points={corners.map((each) => each.join(',')).join(' ')}
            strokeWidth={3 * unit}
          />
        )}
        {corners.map(([x, y], at) => (
          <circle
            key={at}
            cx={x}
            cy={y}
            r={(area ? 7 : onPick ? 11 : 14) * unit}
            strokeWidth={3 * unit}
          />
        ))}
      </svg>
      <span className="outline-zoom no-print">
        <button
          type="button"
          className="icon-button"
          aria-label={t('zoomIn')}
          onClick={() => zoom(1.6)}
        >
          <Icon name="plus" />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t('zoomOut')}
          onClick={() => zoom(1 / 1.6)}
        >
          <span aria-hidden>−</span>
        </button>
      </span>
    </div>
  );
}
