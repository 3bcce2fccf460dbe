// A point on the district outline; no map server is asked. The coordinate system is kept with it.
import { Button, InputNumber, Select } from 'antd';
import { useState, type JSX } from 'react';
import type { PointValue } from '../../client/types';
import { Icon } from '../../kit/Icon';
import { useText } from '../../kit/language';
import { OutlineMap, round } from './OutlineMap';
import { formTexts } from './texts';

export interface PointPickerProps {
  readonly id: string;
  readonly value: PointValue | null;
  readonly onChange: (value: PointValue | null) => void;
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
      <OutlineMap points={value ? [value] : []} approach onPick={(lng, lat) => set(lng, lat)} />
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
