// Photographs and papers, sent while the person goes on writing.
import { useState, type JSX } from 'react';
import { useText } from '../kit/language';
import { sendFile } from './sendFile';
import { intakeTexts } from './texts';
import type { IntakeField, SentFile, Value } from './types';

export interface FilesInputProps {
  readonly id: string;
  readonly field: IntakeField;
  readonly files: readonly SentFile[];
  readonly form: string;
  readonly intent: string;
  readonly onChange: (value: Value) => void;
  readonly onBusy: (busy: boolean) => void;
}

const sizeMax = 50;

export function FilesInput({
  id,
  field,
  files,
  form,
  intent,
  onChange,
  onBusy,
}: FilesInputProps): JSX.Element {
  const t = useText(intakeTexts);
  const [percent, setPercent] = useState<number>();
  const [trouble, setTrouble] = useState('');
  const count = field.max_files ?? 20;
  const mb = Math.min(field.max_mb ?? sizeMax, sizeMax);

  const send = async (chosen: readonly File[]): Promise<void> => {
    setTrouble('');
    let kept = files;
    onBusy(true);
    for (const file of chosen) {
      if (kept.length >= count) {
        setTrouble(t('tooMany', { count }));
        break;
      }
      if (file.size > mb * 1024 * 1024) {
        setTrouble(t('tooBig', { name: file.name, mb }));
        continue;
      }
      setPercent(0);
      try {
        const sent = await sendFile(form, intent, file, (share) =>
          setPercent(Math.round(share * 100)),
        );
        kept = [...kept.filter((one) => one.hash !== sent.hash), sent];
        onChange(kept);
      } catch {
        setTrouble(t('uploadFailed', { name: file.name }));
      }
    }
    setPercent(undefined);
    onBusy(false);
  };

  return (
    <div className="files">
      {files.map((file) => (
        <div key={file.hash} className="file">
          <span>{file.name}</span>
          <button
            type="button"
            aria-label={t('remove', { name: file.name })}
            onClick={() => onChange(files.filter((one) => one.hash !== file.hash))}
          >
            ×
          </button>
        </div>
      ))}
      <label className="add" htmlFor={id}>
        {percent === undefined ? t('addFiles') : t('uploading', { percent })}
        <input
          id={id}
          type="file"
          multiple
          accept="image/*,video/mp4,audio/*,application/pdf"
          disabled={percent !== undefined}
          onChange={(event) => {
            const chosen = [...(event.target.files ?? [])];
            event.target.value = '';
            void send(chosen);
          }}
        />
      </label>
      <p className="hint">{t('filesHint', { count, mb })}</p>
      {trouble && (
        <p className="fault" role="alert">
          {trouble}
        </p>
      )}
    </div>
  );
}
