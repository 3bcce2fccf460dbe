// A new account, its first role, and the temporary password, shown once.
import { useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../client/api';
import { useSession } from '../client/queries';
import { useText } from '../kit/language';
import { bodyFrom, FormDialog, type DialogField, type DialogValues } from './FormDialog';
import { grantFields, grantFrom } from './grantFields';
import { TemporaryPassword } from './TemporaryPassword';
import { adminTexts, type AdminKey } from './texts';
import { useRoles } from './useRoles';

interface Made {
  readonly id: string;
  readonly temporary_password?: string | null;
  readonly requests?: readonly string[];
}

export interface NewUserDialogProps {
  readonly onClose: () => void;
}

const kinds = ['staff', 'vendor', 'external', 'service'];

export function NewUserDialog({ onClose }: NewUserDialogProps): JSX.Element {
  const t = useText(adminTexts);
  const { user } = useSession();
  const roles = useRoles();
  const client = useQueryClient();
  const navigate = useNavigate();
  const start: DialogValues = {
    kind: 'staff',
    organisation: { id: user.organisation.id, label: user.organisation.name },
    scope: 'organisation',
  };
  const [values, setValues] = useState<DialogValues>(start);
  const [made, setMade] = useState<Made>();
  const fields: readonly DialogField[] = [
    { name: 'display_name', label: t('displayName'), required: true },
    { name: 'login_name', label: t('loginName'), required: true },
    { name: 'organisation', label: t('organisation'), type: 'organisation', required: true },
    { name: 'department', label: t('department') },
    { name: 'phone', label: t('phone') },
    {
      name: 'kind',
      label: t('userKind'),
      type: 'select',
      options: kinds.map((value) => ({ value, label: t(`kind_${value}` as AdminKey) })),
    },
    { name: 'valid_to', label: t('validTo'), type: 'date', required: values.kind === 'vendor' },
    ...grantFields(t, roles, values, false),
  ];
  const submit = async (given: DialogValues): Promise<void> => {
    const grant = grantFrom(given);
    const body = {
      ...bodyFrom(given, [
        'display_name',
        'login_name',
        'organisation',
        'department',
        'phone',
        'kind',
        'valid_to',
      ]),
      grants: grant ? [grant] : [],
    };
    const answer = await api<Made>('users', { method: 'POST', body });
    void client.invalidateQueries({ queryKey: ['users'] });
    setMade(answer);
    if (!answer.temporary_password) done(answer);
  };
  const done = ({ id }: Made): void => {
    onClose();
    void navigate(`/admin/users/${id}`);
  };
  if (made?.temporary_password)
    return (
      <TemporaryPassword
        name={String(values.display_name)}
        password={made.temporary_password}
        requests={made.requests?.length ?? 0}
        onClose={() => done(made)}
      />
    );
  return (
    <FormDialog
      title={t('userNew')}
      fields={fields}
      start={start}
      onChange={setValues}
      onSubmit={submit}
      onClose={onClose}
    />
  );
}
