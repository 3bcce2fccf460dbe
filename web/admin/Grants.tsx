// The roles of an account, each with its scope; giving and taking away.
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState, type JSX } from 'react';
import { api } from '../client/api';
import { asProblem } from '../client/problem';
import { useMay, useRegions } from '../client/queries';
import { Icon } from '../kit/Icon';
import { useText } from '../kit/language';
import { FormDialog, type DialogValues } from './FormDialog';
import { grantFields, grantFrom } from './grantFields';
import { adminTexts, wordFor } from './texts';
import type { Grant, Organisation, User } from './types';
import { useRoles, useRoleTitle } from './useRoles';

export interface GrantsProps {
  readonly user: User;
}

// Names of the organisations that grants mention.
function useOrganisationNames(grants: readonly Grant[]): (id: string) => string {
  const ids = [
    ...new Set(
      grants.flatMap(({ organisation, listed = [] }) => [
        ...(typeof organisation === 'string' ? [organisation] : []),
        ...listed,
      ]),
    ),
  ];
  const answers = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['organisations', 'one', id],
      queryFn: () => api<Organisation>(`organisations/${id}`),
      staleTime: Infinity,
      retry: false,
    })),
  });
  return (id) => answers[ids.indexOf(id)]?.data?.name ?? id;
}

export function Grants({ user }: GrantsProps): JSX.Element {
  const t = useText(adminTexts);
  const may = useMay();
  const client = useQueryClient();
  const regions = useRegions();
  const roleTitle = useRoleTitle();
  const { modal, message } = App.useApp();
  const [adding, setAdding] = useState(false);
  const grants = user.grants ?? [];
  const nameOf = useOrganisationNames(grants);

  const scopeWords = (grant: Grant): string => {
    const { organisation } = grant;
    const root = typeof organisation === 'string' ? nameOf(organisation) : organisation?.name;
    const places = [
      root,
      ...(grant.listed ?? []).map(nameOf),
      ...(grant.regions ?? []).map(
        (code) => regions.find((each) => each.code === code)?.zh ?? code,
      ),
    ];
    return [wordFor(t, 'scope_', grant.scope), places.filter(Boolean).join('、')]
      .filter(Boolean)
      .join('：');
  };
  const revoke = (grant: Grant): void =>
    void modal.confirm({
      title: t('grantRevokeTitle', { role: roleTitle(grant.role) }),
      okText: t('grantRevoke'),
      okButtonProps: { danger: true },
      onOk: async () => {
        try {
          await api(`users/${user.id}/grants/${grant.id}`, { method: 'DELETE' });
          void client.invalidateQueries({ queryKey: ['users'] });
        } catch (error) {
          void message.error(asProblem(error).message);
        }
      },
    });
  return (
    <section className="admin-section">
      <header>
        <h2>{t('grants')}</h2>
        {(may('grants', 'create') || may('users', 'update')) && user.status !== 'left' && (
          <Button size="small" icon={<Icon name="plus" />} onClick={() => setAdding(true)}>
            {t('grantAdd')}
          </Button>
        )}
      </header>
      {grants.length === 0 && <p className="quiet">{t('grantsEmpty')}</p>}
      <ul className="admin-lines">
        {grants.map((grant) => (
          <li key={grant.id}>
            <strong>{roleTitle(grant.role)}</strong>
            <span>
              {scopeWords(grant)}
              {(grant.valid_from || grant.valid_to) && (
                <small className="quiet">
                  {' '}
                  {[
                    grant.valid_from && `${t('from')} ${grant.valid_from}`,
                    grant.valid_to && `${t('to')} ${grant.valid_to}`,
                  ]
                    .filter(Boolean)
                    .join(' ')}
                </small>
              )}
            </span>
            {may('grants', 'delete') && (
              <button type="button" className="link-button" onClick={() => revoke(grant)}>
                {t('grantRevoke')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {adding && <GrantDialog user={user} onClose={() => setAdding(false)} />}
    </section>
  );
}

function GrantDialog({
  user,
  onClose,
}: {
  readonly user: User;
  readonly onClose: () => void;
}): JSX.Element {
  const t = useText(adminTexts);
  const client = useQueryClient();
  const { message } = App.useApp();
  const roles = useRoles();
  const start: DialogValues = { scope: 'organisation' };
  const [values, setValues] = useState<DialogValues>(start);
  const submit = async (given: DialogValues): Promise<void> => {
    const answer = await api<{ request?: string }>(`users/${user.id}/grants`, {
      method: 'POST',
      body: grantFrom(given),
    });
    void client.invalidateQueries({ queryKey: ['users'] });
    void (answer?.request ? message.info(t('requested')) : message.success(t('done')));
    onClose();
  };
  return (
    <FormDialog
      title={t('grantAdd')}
      fields={grantFields(t, roles, values, true)}
      start={start}
      onChange={setValues}
      onSubmit={submit}
      onClose={onClose}
    />
  );
}
