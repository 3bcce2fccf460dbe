// The roles that can be given, and what is special about them.
import type { JSX } from 'react';
import { useDefinitions } from '../client/queries';
import { titleOf, useText } from '../kit/language';
import { Page } from '../kit/Page';
import './admin.css';
import { adminTexts } from './texts';
import { useRoles } from './useRoles';

export function RolesPage(): JSX.Element {
  const t = useText(adminTexts);
  const roles = useRoles();
  const systems = useDefinitions().data?.systems ?? [];
  const systemTitle = (name: string): string =>
    titleOf(systems.find((system) => system.name === name)?.title) || t('kernel');
  return (
    <Page narrow name={t('roles')} title={t('roles')}>
      <div className="admin-scroll" tabIndex={0} role="region" aria-label={t('roles')}>
        <table className="admin-table">
          <thead>
            <tr>
              <th scope="col">{t('role')}</th>
              <th scope="col">{t('system')}</th>
              <th scope="col" className="right">
                {t('clearance')}
              </th>
              <th scope="col">{t('sensitive')}</th>
            </tr>
          </thead>
          <tbody>
            {roles.map((role) => (
              <tr key={role.name}>
                <td>{titleOf(role.title)}</td>
                <td data-title={t('system')}>{systemTitle(role.system)}</td>
                <td data-title={t('clearance')} className="right">
                  {role.clearance}
                </td>
                <td data-title={t('sensitive')}>
                  {role.sensitive ? <span className="badge yellow">{t('yes')}</span> : t('none')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="quiet" style={{ marginTop: 12 }}>
        {t('sensitiveHint')}
      </p>
    </Page>
  );
}
