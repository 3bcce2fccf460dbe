// Files of a record: choose, drop or photograph; progress of each; nothing is lost when one fails.
import { Button, Progress } from 'antd';
import { useEffect, useRef, useState, type DragEvent, type JSX } from 'react';
import type { Field, FileValue } from '../../client/types';
import { size } from '../../kit/format';
import { Icon } from '../../kit/Icon';
import { useText } from '../../kit/language';
import { formTexts, type FormKey } from './texts';
import { uploadFile } from './upload';
import { uploadsRunning } from './uploadsRunning';

export interface FilesFieldProps {
  readonly id: string;
  readonly field: Field;
  readonly value: readonly FileValue[];
  readonly onChange: (value: readonly FileValue[]) => void;
}

interface Running {
  readonly file: File;
  readonly share: number;
  readonly failed?: boolean;
}

const kinds: Readonly<Record<string, { readonly key: FormKey; readonly accept: string }>> = {
  image: { key: 'typeImage', accept: 'image/jpeg,image/png,image/webp' },
  video: { key: 'typeVideo', accept: 'video/*' },
  pdf: { key: 'typePdf', accept: '.pdf,application/pdf' },
  sheet: { key: 'typeSheet', accept: '.xlsx,.csv' },
  document: { key: 'typeDocument', accept: '.docx,.ofd,.pdf' },
};

export function FilesField({ id, field, value, onChange }: FilesFieldProps): JSX.Element {
  const t = useText(formTexts);
  const [running, setRunning] = useState<readonly Running[]>([]);
  const [refused, setRefused] = useState('');
  const latest = useRef(value);
  const abort = useRef(new AbortController());
  const chooser = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  useEffect(() => {
    latest.current = value;
  });
  useEffect(() => {
    const controller = new AbortController();
    abort.current = controller;
    return () => controller.abort();
  }, []);

  const accepted = (field.accept ?? [])
    .map((kind) => kinds[kind])
    .filter((kind) => kind !== undefined);
  const most = field.max_files ?? 20;
  const maxMb = field.max_mb ?? 50;
  const update = (file: File, next: Partial<Running> | undefined): void =>
    setRunning((list) =>
      next
        ? list.map((each) => (each.file === file ? { ...each, ...next } : each))
        : list.filter((each) => each.file !== file),
    );

  const send = async (file: File): Promise<void> => {
    uploadsRunning.add(file);
    update(file, { failed: false, share: 0 });
    try {
      const done = await uploadFile(file, (share) => update(file, { share }), abort.current.signal);
      latest.current = [...latest.current, done];
      onChange(latest.current);
      update(file, undefined);
    } catch {
      update(file, { failed: true });
    }
    uploadsRunning.delete(file);
  };
  const take = (list: FileList | null): void => {
    const room = most - value.length - running.length;
    const files = [...(list ?? [])].slice(0, Math.max(0, room));
    const tooBig = files.find((file) => file.size > maxMb * 1024 * 1024);
    setRefused(tooBig ? t('uploadTooBig', { name: tooBig.name, max: maxMb }) : '');
    const good = files.filter((file) => file.size <= maxMb * 1024 * 1024);
    setRunning((now) => [...now, ...good.map((file) => ({ file, share: 0 }))]);
    for (const file of good) void send(file);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    take(event.dataTransfer.files);
  };
  const types = accepted.map(({ key }) => t(key)).join('、');
  return (
    <div
      id={id}
      tabIndex={-1}
      className="files-field"
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <div className="files-actions">
        <Button icon={<Icon name="upload" />} onClick={() => chooser.current?.click()}>
          {t('upload')}
        </Button>
        {field.accept?.includes('image') && (
          <Button
            className="camera-button"
            icon={<Icon name="camera" />}
            onClick={() => camera.current?.click()}
          >
            {t('camera')}
          </Button>
        )}
        <span className="quiet">
          <span className="drop-hint">{t('uploadDrop')}</span>
          {t('uploadTypes', { types, max: maxMb, count: most })}
        </span>
        <input
          ref={chooser}
          type="file"
          hidden
          multiple={most > 1}
          accept={accepted.map(({ accept }) => accept).join(',')}
          onChange={(event) => (take(event.target.files), (event.target.value = ''))}
        />
        <input
          ref={camera}
          type="file"
          hidden
          accept="image/*"
          capture="environment"
          onChange={(event) => (take(event.target.files), (event.target.value = ''))}
        />
      </div>
      {refused && (
        <p className="form-fault" role="alert">
          {refused}
        </p>
      )}
      <ul>
        {value.map((file) => (
          <li key={file.hash}>
            <Icon name={file.media_type.startsWith('image/') ? 'camera' : 'file'} />
            <span>{file.name}</span>
            <small className="quiet">{size(file.size)}</small>
            <button
              type="button"
              className="icon-button"
              aria-label={t('removeFile', { name: file.name })}
              onClick={() => onChange(value.filter((each) => each !== file))}
            >
              <Icon name="close" size={14} />
            </button>
          </li>
        ))}
        {running.map(({ file, share, failed }) => (
          <li key={file.name + file.lastModified}>
            <Icon name="upload" />
            <span>
              {failed
                ? t('uploadFailed', { name: file.name })
                : t('uploading', { name: file.name, percent: Math.round(share * 100) })}
            </span>
            {failed ? (
              <Button size="small" onClick={() => void send(file)}>
                {t('uploadRetry')}
              </Button>
            ) : (
              <Progress
                percent={Math.round(share * 100)}
                size="small"
                showInfo={false}
                style={{ width: 140 }}
              />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
