// Records that may be the same one, before a second is made.
import { Modal } from 'antd';
import type { JSX } from 'react';
import { useText } from '../../kit/language';
import { formTexts } from './texts';

export interface Duplicate {
  readonly id: string;
  readonly label: string;
  readonly reason?: string;
}

export interface DuplicatesDialogProps {
  readonly record: string;
  readonly duplicates: readonly Duplicate[];
  readonly onSave: () => void;
  readonly onBack: () => void;
}

export function DuplicatesDialog({
  record,
  duplicates,
  onSave,
  onBack,
}: DuplicatesDialogProps): JSX.Element {
  const t = useText(formTexts);
  return (
    <Modal
      open
      title={t('duplicatesTitle')}
      okText={t('duplicatesAnyway')}
      cancelText={t('duplicatesBack')}
      onOk={onSave}
      onCancel={onBack}
    >
      <p className="quiet">{t('duplicatesHint')}</p>
      <ul className="duplicates">
        {duplicates.map(({ id, label, reason }) => (
          <li key={id}>
            <span>
              {label}
              <small className="quiet">{reason}</small>
            </span>
            <a href={`/records/${record}/${id}`} target="_blank" rel="noreferrer">
              {t('duplicatesOpen')}
            </a>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
