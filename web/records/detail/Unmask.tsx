// A masked value is shown on asking, with a purpose, and hides again.
import { Input, Modal } from 'antd';
import { useState, type JSX } from 'react';
import { api } from '../../client/api';
import { asProblem } from '../../client/problem';
import type { Field } from '../../client/types';
import { titleOf, useText } from '../../kit/language';
import { FieldValue } from '../values/FieldValue';
import { detailTexts } from './texts';

export interface UnmaskProps {
  readonly record: string;
  readonly id: string;
  readonly field: Field;
}

export function Unmask({ record, id, field }: UnmaskProps): JSX.Element {
  const t = useText(detailTexts);
  const [open, setOpen] = useState(false);
  const [purpose, setPurpose] = useState('');
  const [value, setValue] = useState<unknown>();
  const [problem, setProblem] = useState('');
  const title = titleOf(field.title);

  const show = async (): Promise<void> => {
    setProblem('');
    try {
      const body = { field: field.name, reason: purpose.trim() };
      const answer = await api<{ value: unknown }>(`records/${record}/${id}/unmask`, {
        method: 'POST',
        body,
      });
      setValue(answer.value);
    } catch (error) {
      const found = asProblem(error);
      setProblem(found.faults[0]?.message ?? found.message);
    }
  };
  const close = (): void => {
    setOpen(false);
    setValue(undefined);
    setPurpose('');
  };
  return (
    <>
      <button
        type="button"
        className="link-button unmask no-print"
        aria-label={t('unmaskTitle', { title })}
        onClick={() => setOpen(true)}
      >
        {t('unmask')}
      </button>
      <Modal
        open={open}
        title={t('unmaskTitle', { title })}
        okText={t(value === undefined ? 'unmaskShow' : 'unmaskClose')}
        okButtonProps={{ disabled: value === undefined && !purpose.trim() }}
        onOk={() => (value === undefined ? void show() : close())}
        onCancel={close}
        width={440}
        destroyOnHidden
      >
        {value === undefined ? (
          <>
            <p className="quiet">{t('unmaskHint')}</p>
            <label className="dialog-field">
              {t('unmaskReason')}
              <Input
                autoFocus
                maxLength={200}
                value={purpose}
                onChange={(event) => setPurpose(event.target.value)}
                onPressEnter={() => void (purpose.trim() && show())}
              />
            </label>
            {problem && (
              <p className="form-fault" role="alert">
                {problem}
              </p>
            )}
          </>
        ) : (
          <p className="unmasked">
            <FieldValue field={field} value={value} plain />
          </p>
        )}
      </Modal>
    </>
  );
}
