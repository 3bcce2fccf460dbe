// A signature, drawn with a finger, a pen or the mouse, or chosen as a picture. It is sent a moment after
// the last stroke, and a save waits for it.
import { Button } from 'antd';
import { useEffect, useRef, useState, type JSX, type PointerEvent } from 'react';
import type { FileValue } from '../../client/types';
import { Icon } from '../../kit/Icon';
import { useText } from '../../kit/language';
import './signature.css';
import { formTexts } from './texts';
import { uploadFile } from './upload';
import { uploadsRunning } from './uploadsRunning';

export interface SignaturePadProps {
  readonly id: string;
  readonly label: string;
  readonly value: FileValue | null;
  // Where the stored one can be looked at, when it belongs to a record already.
  readonly source?: string;
  readonly onChange: (value: FileValue | null) => void;
}

type Stroke = readonly (readonly [number, number])[];

const [width, height] = [720, 240];
const restMs = 900;

function draw(canvas: HTMLCanvasElement, strokes: readonly Stroke[]): void {
  const pen = canvas.getContext('2d');
  if (!pen) return;
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, width, height);
  pen.strokeStyle = '#101418';
  pen.lineWidth = 4.5;
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  for (const stroke of strokes) {
    pen.beginPath();
    stroke.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    if (stroke.length === 1) pen.lineTo(stroke[0]![0] + 0.1, stroke[0]![1]);
    pen.stroke();
  }
}

const pictureOf = (canvas: HTMLCanvasElement, name: string): Promise<File> =>
  new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) =>
        blob
          ? resolve(new File([blob], name, { type: 'image/png' }))
          : reject(new Error('no picture')),
      'image/png',
    ),
  );

export function SignaturePad({
  id,
  label,
  value,
  source,
  onChange,
}: SignaturePadProps): JSX.Element {
  const t = useText(formTexts);
  const canvas = useRef<HTMLCanvasElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const drawing = useRef(false);
  const waiting = useRef<File>(undefined);
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [status, setStatus] = useState<'none' | 'sending' | 'kept' | 'failed'>('none');
  const stored = strokes.length === 0 ? value : null;

  const done = (): void => void (waiting.current && uploadsRunning.delete(waiting.current));
  const send = async (file: File): Promise<void> => {
    setStatus('sending');
    try {
      onChange(await uploadFile(file, () => undefined, new AbortController().signal));
      setStatus('kept');
    } catch {
      setStatus('failed');
    }
    done();
  };
  useEffect(() => {
    if (canvas.current) draw(canvas.current, strokes);
    if (strokes.length === 0) return undefined;
    waiting.current ??= new File([], 'signature.png');
    uploadsRunning.add(waiting.current);
    const timer = setTimeout(() => {
      if (!drawing.current && canvas.current)
        void pictureOf(canvas.current, 'signature.png').then(send);
    }, restMs);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [strokes]);
  useEffect(() => done, []);

  const at = (event: PointerEvent<HTMLCanvasElement>): readonly [number, number] => {
    const box = event.currentTarget.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * width,
      ((event.clientY - box.top) / box.height) * height,
    ];
  };
  const begin = (event: PointerEvent<HTMLCanvasElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    drawing.current = true;
    const point = at(event);
    setStrokes((now) => [...now, [point]]);
  };
  const go = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (!drawing.current) return;
    const point = at(event);
    setStrokes((now) => [...now.slice(0, -1), [...now.at(-1)!, point]]);
  };
  const end = (): void => {
    drawing.current = false;
    setStrokes((now) => [...now]);
  };
  const take = (next: readonly Stroke[]): void => {
    setStrokes(next);
    if (next.length > 0) return;
    done();
    setStatus('none');
    onChange(null);
  };
  return (
    <div className="signature" id={id} tabIndex={-1}>
      {stored ? (
        <p className="signature-kept">
          {source ? (
            <img src={`${source}/${stored.hash}?preview=1`} alt={label} />
          ) : (
            <Icon name="file" />
          )}
          {!source && stored.name}
        </p>
      ) : (
        <canvas
          ref={canvas}
          width={width}
          height={height}
          role="img"
          aria-label={t('signaturePad', { title: label })}
          onPointerDown={begin}
          onPointerMove={go}
          onPointerUp={end}
          onPointerCancel={end}
        />
      )}
      <div className="signature-actions">
        {strokes.length > 0 && (
          <Button size="small" onClick={() => take(strokes.slice(0, -1))}>
            {t('signatureUndo')}
          </Button>
        )}
        {(strokes.length > 0 || stored) && (
          <Button size="small" onClick={() => take([])}>
            {t(stored ? 'signatureAgain' : 'signatureClear')}
          </Button>
        )}
        {!stored && strokes.length === 0 && (
          <Button
            size="small"
            icon={<Icon name="upload" />}
            onClick={() => chooser.current?.click()}
          >
            {t('signaturePicture')}
          </Button>
        )}
        <span className={status === 'failed' ? 'form-fault' : 'quiet'} role="status">
          {status === 'sending' && t('signatureSending')}
          {status === 'kept' && value && t('signatureKept')}
          {status === 'failed' && t('signatureFailed')}
          {status === 'none' && !stored && t('signatureHint')}
        </span>
        <input
          ref={chooser}
          type="file"
          hidden
          accept="image/png,image/jpeg"
          onChange={({ target }) => {
            const file = target.files?.[0];
            target.value = '';
            if (!file) return;
            waiting.current = file;
            uploadsRunning.add(file);
            void send(file);
          }}
        />
      </div>
    </div>
  );
}
