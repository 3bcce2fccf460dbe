// Files of a record: pictures as small views, others by name; one preview for all.
import { Modal } from 'antd';
import { useState, type JSX } from 'react';
import type { FileValue } from '../../client/types';
import { size } from '../../kit/format';
import { Icon } from '../../kit/Icon';
import { useText } from '../../kit/language';
import { detailTexts } from './texts';

export interface FilesProps {
  readonly record: string;
  readonly id: string;
  readonly field: string;
  readonly files: readonly FileValue[];
}

export function Files({ record, id, field, files }: FilesProps): JSX.Element {
  const t = useText(detailTexts);
  const [shown, setShown] = useState<FileValue>();
  const pathOf = (file: FileValue): string =>
    `/api/records/${record}/${id}/files/${field}/${file.hash}`;
  return (
    <>
      <ul className="files">
        {files.map((file) => (
          <li key={file.hash}>
            <button
              type="button"
              translate="no"
              aria-label={t('preview', { name: file.name })}
              onClick={() => setShown(file)}
            >
              {file.media_type.startsWith('image/') ? (
                <img src={`${pathOf(file)}?preview=1`} alt="" loading="lazy" />
              ) : (
                <Icon name="file" size={24} />
              )}
              <span>{file.name}</span>
              <small className="quiet">{size(file.size)}</small>
            </button>
          </li>
        ))}
      </ul>
      <Modal
        open={shown !== undefined}
        title={shown?.name}
        width="min(960px, 94vw)"
        onCancel={() => setShown(undefined)}
        footer={
          shown && (
            <a href={pathOf(shown)} download={shown.name}>
              {t('download')}
            </a>
          )
        }
        destroyOnHidden
      >
        {shown && <Preview file={shown} path={`${pathOf(shown)}?preview=1`} />}
      </Modal>
    </>
  );
}

function Preview({ file, path }: { readonly file: FileValue; readonly path: string }): JSX.Element {
  const t = useText(detailTexts);
  if (file.media_type.startsWith('image/'))
    return <img className="preview" src={path} alt={file.name} />;
  if (file.media_type.startsWith('video/'))
    return <video className="preview" src={path} controls />;
  if (file.media_type === 'application/pdf')
    return <iframe className="preview" src={path} title={file.name} />;
  return <p className="quiet">{t('previewNone')}</p>;
}
