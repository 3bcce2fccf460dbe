// Acts on the chosen rows, one after another, and shows each result.
import { App, Button, Input, Modal, Progress } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { Link } from 'react-router';
import { api } from '../../client/api';
import { asProblem } from '../../client/problem';
import type { RecordDefinition, RecordRow } from '../../client/types';
import { useText } from '../../kit/language';
import { undoable } from '../../kit/undoable';
import { labelOf } from '../labels';
import { recordTexts } from '../texts';
import type { Selection } from './useSelection';

export interface BulkBarProps {
  readonly record: RecordDefinition;
  readonly rows: readonly RecordRow[];
  readonly deleted: boolean;
  readonly selection: Selection;
  readonly exportPath: string;
}

interface Result {
  readonly id: string;
  readonly label: string;
  readonly reason: string;
}

export function BulkBar({
  record,
  rows,
  deleted,
  selection,
  exportPath,
}: BulkBarProps): JSX.Element | null {
  const t = useText(recordTexts);
  const { message } = App.useApp();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [at, setAt] = useState(0);
  const [failed, setFailed] = useState<readonly Result[]>([]);
  const count = selection.ids.length;
  if (count === 0 && failed.length === 0) return null;

  const actOn = async (id: string): Promise<void> => {
    const path = `records/${record.name}/${id}`;
    if (deleted) return api(`${path}/restore`, { method: 'POST', body: {} });
    const version = rows.find((row) => row.id === id)?.version;
    return api(path, { method: 'DELETE', body: { reason }, version });
  };
  const refresh = (): void => {
    void client.invalidateQueries({ queryKey: ['list', record.name] });
    void client.invalidateQueries({ queryKey: ['count', record.name] });
  };
  const restoreAll = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids)
      await api(`records/${record.name}/${id}/restore`, { method: 'POST', body: {} }).catch(
        (error: unknown) => void message.error(asProblem(error).message),
      );
    refresh();
  };
  const run = async (): Promise<void> => {
    setAsking(false);
    const results: Result[] = [];
    for (const [index, id] of selection.ids.entries()) {
      setAt(index + 1);
      try {
        await actOn(id);
      } catch (error) {
        const row = rows.find((each) => each.id === id);
        results.push({
          id,
          label: row ? labelOf(record, row) : id,
          reason: asProblem(error).message,
        });
      }
    }
    setAt(0);
    setReason('');
    setFailed(results);
    const refused = new Set(results.map(({ id }) => id));
    const done = selection.ids.filter((id) => !refused.has(id));
    const text = t('bulkResult', { done: done.length, failed: results.length });
    if (deleted || done.length === 0) void message.info(text);
    else undoable(message, { text, undo: t('undo'), onUndo: () => void restoreAll(done) });
    selection.setAll(results.map(({ id }) => id));
    refresh();
  };

  return (
    <div className="bulk-bar no-print" role="region" aria-label={t('selected', { count })}>
      {at > 0 ? (
        <>
          <span>{t('bulkRunning', { at, count })}</span>
          <Progress percent={Math.round((at / count) * 100)} size="small" style={{ width: 220 }} />
        </>
      ) : (
        <>
          <strong>{t('selected', { count })}</strong>
          {record.rights.includes('export') && (
            <Button size="small" href={`${exportPath}&id=in.(${selection.ids.join(',')})`}>
              {t('exportSelected')}
            </Button>
          )}
          {record.rights.includes('delete') && !deleted && (
            <Button size="small" danger onClick={() => setAsking(true)}>
              {t('deleteSelected')}
            </Button>
          )}
          {record.rights.includes('delete') && deleted && (
            <Button size="small" onClick={() => void run()}>
              {t('restoreSelected')}
            </Button>
          )}
          <Button size="small" type="text" onClick={() => selection.setAll([])}>
            {t('clearSelection')}
          </Button>
        </>
      )}
      <Modal
        open={asking}
        title={t('deleteTitle', { count })}
        okText={t('delete')}
        okButtonProps={{ danger: true, disabled: !reason.trim() }}
        onOk={() => void run()}
        onCancel={() => setAsking(false)}
      >
        <p className="quiet">{t('deleteHint')}</p>
        <label className="dialog-field">
          {t('deleteReason')}
          <Input.TextArea
            autoFocus
            rows={3}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
      </Modal>
      <Modal
        open={failed.length > 0}
        title={t('bulkResult', { done: count, failed: failed.length })}
        footer={null}
        onCancel={() => setFailed([])}
      >
        <ul>
          {failed.map(({ id, label, reason: why }) => (
            <li key={id}>
              <Link to={`/records/${record.name}/${id}`}>{label}</Link>{' '}
              <span className="quiet">{why}</span>
            </li>
          ))}
        </ul>
      </Modal>
    </div>
  );
}
