// A password somebody else will use: shown once, big enough to read out.
import { App, Button, Modal } from 'antd';
import type { JSX } from 'react';
import { useText } from '../kit/language';
import './admin.css';
import { adminTexts } from './texts';

export interface TemporaryPasswordProps {
  readonly name: string;
  readonly password: string;
  readonly requests?: number;
  readonly onClose: () => void;
}

export function TemporaryPassword({
  name,
  password,
  requests = 0,
  onClose,
}: TemporaryPasswordProps): JSX.Element {
  const t = useText(adminTexts);
  const { message } = App.useApp();
  const copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(password);
    void message.success(t('copied'));
  };
  return (
    <Modal
      open
      closable={false}
      title={t('temporaryTitle')}
      footer={[
        <Button key="copy" onClick={() => void copy()}>
          {t('copy')}
        </Button>,
        <Button key="done" type="primary" onClick={onClose}>
          {t('temporaryDone')}
        </Button>,
      ]}
    >
      <p>{t('temporaryHint', { name })}</p>
      <p className="temporary-password" translate="no">
        {password}
      </p>
      {requests > 0 && <p className="quiet">{t('requestsHint', { count: requests })}</p>}
    </Modal>
  );
}
