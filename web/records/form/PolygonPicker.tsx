// An area: corners clicked on the outline, or written one a line. Stored as a GeoJSON polygon whose ring
// is closed.
import { Button, Input } from 'antd';
import { useState, type JSX } from 'react';
import { areaText } from '../../kit/format';
import { useText } from '../../kit/language';
import { areaOf } from '../../kit/outline';
import { cornersOf, cornersText, polygonOf, readCorners, type Polygon } from './corners';
import { OutlineMap } from './OutlineMap';
import { formTexts } from './texts';

export interface PolygonPickerProps {
  readonly id: string;
  readonly label: string;
  readonly value: Polygon | null;
  readonly onChange: (value: Polygon | null) => void;
}

export function PolygonPicker({ id, label, value, onChange }: PolygonPickerProps): JSX.Element {
  const t = useText(formTexts);
  // Two corners are not an area yet, so they live here until the third makes one.
  const [corners, setCorners] = useState(() => cornersOf(value));
  const [text, setText] = useState<string>();
  const set = (next: readonly (readonly number[])[]): void => {
    setCorners(next);
    setText(undefined);
    onChange(polygonOf(next));
  };
  const read = text === undefined ? corners : readCorners(text);
  return (
    <div className="point-picker" id={id} tabIndex={-1}>
      <OutlineMap
        area
        points={corners.map(([lng, lat]) => ({ lng: lng!, lat: lat! }))}
        onPick={(lng, lat) => set([...corners, [lng, lat]])}
      />
      <div className="point-fields">
        <p className="quiet">{t('areaHint')}</p>
        <label>
          {t('areaCorners')}
          <Input.TextArea
            aria-label={`${label}：${t('areaCorners')}`}
            className="corners"
            autoSize={{ minRows: 4, maxRows: 9 }}
            spellCheck={false}
            placeholder="116.4074,39.9042"
            status={read ? undefined : 'error'}
            value={text ?? cornersText(corners)}
            onChange={(event) => setText(event.target.value)}
            onBlur={() => text !== undefined && read && set(read)}
          />
        </label>
        {!read && (
          <p className="form-fault" role="alert">
            {t('areaCornersFault')}
          </p>
        )}
        <p role="status">
          {corners.length < 3
            ? t('areaMore', { count: 3 - corners.length })
            : t('areaSize', { area: areaText(areaOf(corners)), count: corners.length })}
        </p>
        <span className="point-actions">
          <Button size="small" disabled={!corners.length} onClick={() => set(corners.slice(0, -1))}>
            {t('areaUndo')}
          </Button>
          <Button size="small" type="text" disabled={!corners.length} onClick={() => set([])}>
            {t('pointClear')}
          </Button>
        </span>
      </div>
    </div>
  );
}
