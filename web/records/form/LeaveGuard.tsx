// Leaving with changes: stay, leave and keep the draft, or discard.
import { Button, Modal } from 'antd';
import type { JSX } from 'react';
import { useBlocker } from 'react-router';
import { useText } from '../../kit/language';
import { formTexts } from './texts';

export interface LeaveGuardProps {
  readonly blocked: () => boolean;
  readonly onKeep: () => void;
  readonly onDiscard: () => void;
}

export function LeaveGuard({ blocked, onKeep, onDiscard }: LeaveGuardProps): JSX.Element | null {
  const t = useText(formTexts);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      currentLocation.pathname !== nextLocation.pathname && blocked(),
  );
  if (blocker.state !== 'blocked') return null;
  const leave = (act: () => void): void => {
    act();
    blocker.proceed();
  };
  return (
    <Modal
      open
      title={t('leaveTitle')}
      onCancel={() => blocker.reset()}
      footer={[
        <Button key="discard" danger type="text" onClick={() => leave(onDiscard)}>
          {t('leaveDiscard')}
        </Button>,
        <Button key="stay" onClick={() => blocker.reset()}>
          {t('leaveStay')}
        </Button>,
        <Button key="keep" type="primary" onClick={() => leave(onKeep)}>
          {t('leaveKeep')}
        </Button>,
      ]}
    >
      <p>{t('leaveHint')}</p>
    </Modal>
  );
}
