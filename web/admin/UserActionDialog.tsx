// An act on an account, with its reason.
import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState, type JSX } from 'react';
import { api } from '../client/api';
import { useText } from '../kit/language';
import { bodyFrom, FormDialog, type DialogField, type DialogValues } from './FormDialog';
import { grantFields, grantFrom } from './grantFields';
import { TemporaryPassword } from './TemporaryPassword';
import { adminTexts } from './texts';
import type { User } from './types';
import { useRoles } from './useRoles';

export type UserAction =
  'freeze' | 'unfreeze' | 'unlock' | 'reset_password' | 'reset_totp' | 'transfer' | 'leave';

export interface UserActionDialogProps {
  readonly user: User;
  readonly action: UserAction;
  readonly onClose: () => void;
}

export function UserActionDialog({ user, action, onClose }: UserActionDialogProps): JSX.Element {
  const t = useText(adminTexts);
  const client = useQueryClient();
  const { message } = App.useApp();
  const roles = useRoles();
  const [values, setValues] = useState<DialogValues>({ scope: 'organisation' });
  const [password, setPassword] = useState<string>();
  const moving = action === 'transfer';
  const fields: readonly DialogField[] = [
    ...(moving
      ? [
          {
            name: 'organisation',
            label: t('organisation'),
            type: 'organisation',
            required: true,
          } as const,
          ...grantFields(t, roles, values, false),
        ]
      : []),
    { name: 'reason', label: t('reason'), type: 'area', required: true, hint: t('reasonHint') },
  ];
  const submit = async (given: DialogValues): Promise<void> => {
    const grant = grantFrom(given);
    const body = {
      ...bodyFrom(given, ['reason', ...(moving ? ['organisation'] : [])]),
      ...(moving ? { grants: grant ? [grant] : [] } : {}),
    };
    const answer = await api<{ temporary_password?: string; request?: string } | undefined>(
      `users/${user.id}/actions/${action}`,
      { method: 'POST', body },
    );
    void client.invalidateQueries({ queryKey: ['users'] });
    if (answer?.temporary_password) return setPassword(answer.temporary_password);
    void (answer?.request ? message.info(t('requested')) : message.success(t('done')));
    onClose();
  };
  if (password)
    return <TemporaryPassword name={user.display_name} password={password} onClose={onClose} />;
  return (
    <FormDialog
      title={t('actionTitle', { action: t(action), name: user.display_name })}
      hint={t(`hint_${action}`)}
      danger={action === 'leave' || action === 'freeze'}
      okText={t(action)}
      fields={fields}
      start={values}
      onChange={setValues}
      onSubmit={submit}
      onClose={onClose}
    />
  );
}
