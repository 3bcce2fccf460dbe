// Everybody with an account.
import { Button, Select } from 'antd';
import { useState, type JSX } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useMay } from '../client/queries';
import { Empty } from '../kit/Empty';
import { instant } from '../kit/format';
import { Icon } from '../kit/Icon';
import { useText } from '../kit/language';
import { Loading } from '../kit/Loading';
import { Page } from '../kit/Page';
import { ProblemView } from '../kit/ProblemView';
import { useKeys } from '../kit/useKeys';
import { Lookup } from '../records/values/Lookup';
import { rememberLabel, useLabels } from '../records/values/labelStore';
import './admin.css';
import { NewUserDialog } from './NewUserDialog';
import { SearchBox } from './SearchBox';
import { adminTexts, wordFor } from './texts';
import type { User } from './types';
import { useList } from './useList';
import { useRoleTitle } from './useRoles';

const statuses = ['active', 'locked', 'frozen', 'expired', 'left'];

export function UsersPage(): JSX.Element {
  const t = useText(adminTexts);
  const may = useMay();
  const labels = useLabels();
  const [search, setSearch] = useSearchParams();
  const [creating, setCreating] = useState(false);
  const [q, status, organisation] = ['q', 'status', 'organisation'].map(
    (name) => search.get(name) ?? '',
  );
  const list = useList<User>('users', { q, status, organisation });
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  };
  useKeys({ n: () => may('users', 'create') && setCreating(true) });
  return (
    <Page
      name={t('users')}
      title={t('users')}
      actions={
        may('users', 'create') && (
          <Button type="primary" icon={<Icon name="plus" />} onClick={() => setCreating(true)}>
            {t('create')}
          </Button>
        )
      }
    >
      <div className="admin-filters">
        <SearchBox label={t('searchUsers')} value={q ?? ''} onChange={(text) => set('q', text)} />
        <Select
          aria-label={t('status')}
          value={status}
          options={[
            { value: '', label: t('usersAll') },
            ...statuses.map((value) => ({ value, label: wordFor(t, 'status_', value) })),
          ]}
          onChange={(value) => set('status', value)}
          style={{ width: 130 }}
        />
        <span style={{ width: 240 }}>
          <Lookup
            field={{ type: 'organisation' }}
            label={t('organisation')}
            placeholder={t('usersOrganisation')}
            value={organisation ? { id: organisation, label: labels(organisation) } : null}
            onChange={(picked) => {
              const chosen = picked as { id: string; label: string } | null;
              if (chosen) rememberLabel(chosen.id, chosen.label);
              set('organisation', chosen?.id ?? '');
            }}
          />
        </span>
      </div>
      {list.problem ? (
        <ProblemView problem={list.problem} onRetry={list.retry} />
      ) : list.loading ? (
        <Loading />
      ) : (
        <UserTable users={list.items} />
      )}
      {list.more && (
        <Button loading={list.busy} onClick={list.loadMore}>
          {t('loadMore')}
        </Button>
      )}
      {creating && <NewUserDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

function UserTable({ users }: { readonly users: readonly User[] }): JSX.Element {
  const t = useText(adminTexts);
  const roleTitle = useRoleTitle();
  if (users.length === 0) return <Empty icon="users" title={t('usersEmpty')} />;
  return (
    <div className="admin-scroll" tabIndex={0} role="region" aria-label={t('users')}>
      <table className="admin-table">
        <thead>
          <tr>
            {(
              [
                'displayName',
                'loginName',
                'organisation',
                'rolesOf',
                'status',
                'secondFactor',
                'lastLogin',
              ] as const
            ).map((key) => (
              <th key={key} scope="col">
                {t(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.id}>
              <td>
                <Link to={`/admin/users/${user.id}`} className="row-link">
                  {user.display_name}
                </Link>
              </td>
              <td data-title={t('loginName')} translate="no">
                {user.login_name}
              </td>
              <td data-title={t('organisation')}>{user.organisation.name}</td>
              <td data-title={t('rolesOf')}>
                {user.roles?.map(roleTitle).join('、') || t('none')}
              </td>
              <td data-title={t('status')}>
                <Status status={user.status} />
              </td>
              <td data-title={t('secondFactor')}>{t(user.second_factor ? 'on' : 'off')}</td>
              <td data-title={t('lastLogin')}>
                {user.last_login_at ? instant(user.last_login_at) : t('neverLogin')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Status({ status }: { readonly status: string }): JSX.Element {
  const t = useText(adminTexts);
  const colour = status === 'active' ? 'green' : status === 'left' ? '' : 'yellow';
  return <span className={`badge ${colour}`}>{wordFor(t, 'status_', status)}</span>;
}
