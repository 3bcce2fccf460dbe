// One account: facts, roles with their scope, and what can be done to it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Dropdown } from 'antd';
import { useState, type JSX } from 'react';
import { Link, useParams } from 'react-router';
import { api } from '../client/api';
import { useMay, useSession } from '../client/queries';
import { instant } from '../kit/format';
import { Icon } from '../kit/Icon';
import { useText } from '../kit/language';
import { Loading } from '../kit/Loading';
import { Page } from '../kit/Page';
import { ProblemView } from '../kit/ProblemView';
import './admin.css';
import { bodyFrom, FormDialog, type DialogValues } from './FormDialog';
import { Grants } from './Grants';
import { adminTexts, wordFor } from './texts';
import type { User } from './types';
import { UserActionDialog, type UserAction } from './UserActionDialog';
import { Status } from './UsersPage';

const actions: readonly (readonly [UserAction, readonly string[]])[] = [
  ['reset_password', ['active', 'locked', 'expired']],
  ['unlock', ['locked', 'active']],
  ['reset_totp', ['active', 'locked']],
  ['transfer', ['active', 'frozen', 'locked']],
  ['freeze', ['active', 'locked']],
  ['unfreeze', ['frozen']],
  ['leave', ['active', 'frozen', 'locked', 'expired']],
];

export function UserPage(): JSX.Element {
  const { id = '' } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['users', id],
    queryFn: () => api<User>(`users/${id}`),
  });
  if (error) return <ProblemView problem={error} onRetry={() => void refetch()} />;
  return data ? <Account user={data} /> : <Loading />;
}

function Account({ user }: { readonly user: User }): JSX.Element {
  const t = useText(adminTexts);
  const may = useMay();
  const me = useSession().user.id;
  const [action, setAction] = useState<UserAction>();
  const [editing, setEditing] = useState(false);
  const offered =
    me === user.id
      ? []
      : actions.filter(
          ([name, statuses]) =>
            may('users', name) &&
            statuses.includes(user.status) &&
            (name !== 'reset_totp' || user.second_factor),
        );
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    [t('loginName'), user.login_name],
    [t('organisation'), user.organisation.name],
    [t('department'), user.department],
    [t('userKind'), wordFor(t, 'kind_', user.kind)],
    [t('phone'), user.phone],
    [t('idCard'), user.id_card],
    [t('validTo'), user.valid_to],
    [t('secondFactor'), t(user.second_factor ? 'on' : 'off')],
    [t('lastLogin'), user.last_login_at ? instant(user.last_login_at) : t('neverLogin')],
  ];
  return (
    <Page
      narrow
      name={user.display_name}
      title={user.display_name}
      above={<Link to="/admin/users">{t('users')}</Link>}
      beside={<Status status={user.status} />}
      actions={
        <>
          {may('users', 'update') && <Button onClick={() => setEditing(true)}>{t('edit')}</Button>}
          {offered.length > 0 && (
            <Dropdown
              trigger={['click']}
              placement="bottomRight"
              menu={{
                items: offered.map(([name]) => ({
                  key: name,
                  label: t(name),
                  danger: name === 'leave' || name === 'freeze',
                  onClick: () => setAction(name),
                })),
              }}
            >
              <Button icon={<Icon name="more" />} aria-label={t('auditWhat')} />
            </Dropdown>
          )}
        </>
      }
    >
      <dl className="admin-facts">
        {facts.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd translate={title === t('loginName') ? 'no' : undefined}>{value || t('none')}</dd>
          </div>
        ))}
      </dl>
      <Grants user={user} />
      {action && (
        <UserActionDialog user={user} action={action} onClose={() => setAction(undefined)} />
      )}
      {editing && <EditDialog user={user} onClose={() => setEditing(false)} />}
    </Page>
  );
}

const editable = ['display_name', 'department', 'phone', 'valid_to'];

function EditDialog({
  user,
  onClose,
}: {
  readonly user: User;
  readonly onClose: () => void;
}): JSX.Element {
  const t = useText(adminTexts);
  const client = useQueryClient();
  const { message } = App.useApp();
  const submit = async (values: DialogValues): Promise<void> => {
    const [now, before] = [bodyFrom(values, editable), bodyFrom({ ...user }, editable)];
    const changed = editable.filter((name) => now[name] !== before[name]);
    const body = Object.fromEntries(
      changed.map((name) => [name, now[name] ?? (name === 'valid_to' ? null : '')]),
    );
    await api(`users/${user.id}`, { method: 'PATCH', body, version: user.version });
    void client.invalidateQueries({ queryKey: ['users'] });
    void message.success(t('saved'));
    onClose();
  };
  return (
    <FormDialog
      title={t('userEdit')}
      start={{ ...user }}
      fields={[
        { name: 'display_name', label: t('displayName'), required: true },
        { name: 'department', label: t('department') },
        { name: 'phone', label: t('phone') },
        { name: 'valid_to', label: t('validTo'), type: 'date', required: user.kind === 'vendor' },
      ]}
      onSubmit={submit}
      onClose={onClose}
    />
  );
}
