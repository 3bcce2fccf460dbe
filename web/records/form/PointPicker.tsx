// A point on the district outline; no map server is asked. The coordinate system is kept with it.
import { useQuery } from '@tanstack/react-query';
import { Button, InputNumber, Select } from 'antd';
import { useMemo, useState, type JSX, type MouseEvent } from 'react';
import { api } from '../../client/api';
import type { PointValue } from '../../client/types';
import { Icon } from '../../kit/Icon';
import { useText } from '../../kit/language';
import { middleOf, pathOf, projectionOf, type Outline, type Projection } from '../../kit/outline';
import './outline.css';
import { formTexts } from './texts';

export interface PointPickerProps {
  readonly id: string;
  readonly value: PointValue | null;
  readonly onChange: (value: PointValue | null) => void;
}

interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

const systems = ['CGCS2000', 'WGS84', 'GCJ02'].map((value) => ({ value, label: value }));

export function PointPicker({ id, value, onChange }: PointPickerProps): JSX.Element {
  const t = useText(formTexts);
  const [failed, setFailed] = useState(false);
  const system = value?.system ?? 'CGCS2000';
  const set = (lng: number | null, lat: number | null): void =>
    onChange(lng === null && lat === null ? null : { lng: lng ?? 0, lat: lat ?? 0, system });
  const here = (): void => {
    setFailed(false);
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) =>
        onChange({ lng: round(coords.longitude), lat: round(coords.latitude), system: 'WGS84' }),
      () => setFailed(true),
      { enableHighAccuracy: true, timeout: 10_000 },
    );
  };
  return (
    <div className="point-picker" id={id} tabIndex={-1}>
      <OutlineMap value={value} onPick={(lng, lat) => set(lng, lat)} />
      <div className="point-fields">
        <p className="quiet">{t('pointHint')}</p>
        <label>
          {t('longitude')}
          <InputNumber
            controls={false}
            precision={7}
            value={value?.lng ?? null}
            onChange={(lng) => set(lng, value?.lat ?? null)}
          />
        </label>
        <label>
          {t('latitude')}
          <InputNumber
            controls={false}
            precision={7}
            value={value?.lat ?? null}
            onChange={(lat) => set(value?.lng ?? null, lat)}
          />
        </label>
        <label>
          {t('coordinateSystem')}
          <Select
            aria-label={t('coordinateSystem')}
            options={systems}
            value={system}
            onChange={(next) => value && onChange({ ...value, system: next })}
          />
        </label>
        <span className="point-actions">
          <Button size="small" icon={<Icon name="pin" />} onClick={here}>
            {t('pointHere')}
          </Button>
          {value && (
            <Button size="small" type="text" onClick={() => onChange(null)}>
              {t('pointClear')}
            </Button>
          )}
        </span>
        {failed && (
          <p className="form-fault" role="alert">
            {t('pointFailed')}
          </p>
        )}
      </div>
    </div>
  );
}

const round = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;

interface OutlineMapProps {
  readonly value: PointValue | null;
  readonly onPick?: (lng: number, lat: number) => void;
}

export function OutlineMap({ value, onPick }: OutlineMapProps): JSX.Element | null {
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
  if (!data || !projection) return null;
  const now = view ?? startingView(projection, value);
  const [width, height] = [projection.width / now.zoom, projection.height / now.zoom];
  const zoom = (by: number): void =>
    setView({ ...now, zoom: Math.min(40, Math.max(1, now.zoom * by)) });
  const pick = (event: MouseEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = now.x - width / 2 + ((event.clientX - box.left) / box.width) * width;
    const y = now.y - height / 2 + ((event.clientY - box.top) / box.height) * height;
    const [lng, lat] = projection.toLngLat(x, y);
    setView({ x, y, zoom: Math.min(40, now.zoom * 1.6) });
    onPick?.(round(lng), round(lat));
  };
  const point = value && projection.toXY(Number(value.lng), Number(value.lat));
  const unit = 1 / now.zoom;
  return (
    <div className="outline-map">
      <svg
        role="img"
        aria-label={t('pointMap')}
        viewBox={`${now.x - width / 2} ${now.y - height / 2} ${width} ${height}`}
        onClick={onPick && pick}
        style={{ cursor: onPick ? 'crosshair' : undefined }}
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
              fontSize={26 * unit}
              textAnchor="middle"
            >
              {feature.properties.name}
            </text>
          );
        })}
        {point && <circle cx={point[0]} cy={point[1]} r={10 * unit} strokeWidth={4 * unit} />}
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

function startingView(projection: Projection, value: PointValue | null): View {
  const middle = { x: projection.width / 2, y: projection.height / 2, zoom: 1 };
  if (!value) return middle;
  const [x, y] = projection.toXY(Number(value.lng), Number(value.lat));
  const inside = x >= 0 && y >= 0 && x <= projection.width && y <= projection.height;
  return inside ? { x, y, zoom: 3 } : middle;
}
