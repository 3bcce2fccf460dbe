// What can be done with a record besides editing: print, delete with a reason, restore.
import { App, Button, Dropdown, Input, Modal } from 'antd';
import { useState, type JSX } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../client/api';
import { asProblem } from '../../client/problem';
import { queryClient } from '../../client/queries';
import type { RecordDefinition, RecordRow } from '../../client/types';
import { Icon } from '../../kit/Icon';
import { useText } from '../../kit/language';
import { undoable } from '../../kit/undoable';
import { detailTexts } from './texts';

export interface RecordActionsProps {
  readonly definition: RecordDefinition;
  readonly row: RecordRow;
  readonly rights: readonly string[];
  readonly label: string;
}

export function RecordActions({ definition, row, rights, label }: RecordActionsProps): JSX.Element {
  const t = useText(detailTexts);
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const path = `records/${definition.name}/${row.id}`;

  const run = async (act: () => Promise<unknown>, after: () => void): Promise<void> => {
    setBusy(true);
    try {
      await act();
      after();
      for (const key of ['list', 'count', 'recent', 'record', 'history'])
        void queryClient.invalidateQueries({ queryKey: [key, definition.name] });
    } catch (error) {
      void message.error(asProblem(error).message);
    }
    setBusy(false);
  };
  const restore = (): Promise<void> =>
    run(
      () => api(`${path}/restore`, { method: 'POST', body: {} }),
      () => void message.success(t('restored')),
    );
  const remove = (): Promise<void> =>
    run(
      () => api(path, { method: 'DELETE', body: { reason: reason.trim() }, version: row.version }),
      () => {
        void navigate(`/records/${definition.name}`);
        undoable(message, {
          text: t('deletedNow', { label }),
          undo: t('undo'),
          onUndo: () => void restore(),
        });
      },
    );
  const deleting = rights.includes('delete');
  const items = [
    { key: 'print', icon: <Icon name="print" />, label: t('print'), onClick: () => window.print() },
    ...(deleting && !row.deleted_at
      ? [
          {
            key: 'delete',
            icon: <Icon name="trash" />,
            label: t('delete'),
            danger: true,
            onClick: () => setAsking(true),
          },
        ]
      : []),
    ...(deleting && row.deleted_at
      ? [
          {
            key: 'restore',
            icon: <Icon name="restore" />,
            label: t('restore'),
            onClick: () => void restore(),
          },
        ]
      : []),
  ];
  return (
    <>
      <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
        <Button icon={<Icon name="more" />} aria-label={t('more')} loading={busy} />
      </Dropdown>
      <Modal
        open={asking}
        title={t('deleteTitle', { label })}
        okText={t('delete')}
        okButtonProps={{ danger: true, disabled: !reason.trim() }}
        confirmLoading={busy}
        onOk={() => void remove()}
        onCancel={() => setAsking(false)}
      >
        <p className="quiet">{t('deleteHint')}</p>
        <label className="dialog-field">
          {t('reason')}
          <Input.TextArea
            autoFocus
            rows={3}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
      </Modal>
    </>
  );
}
