// Every page has a URL; each area loads when it is first opened.
import type { ComponentType, JSX } from 'react';
import { createBrowserRouter, useRouteError } from 'react-router';
import { Loading } from '../kit/Loading';
import { Crashed, NoPage } from './Crashed';
import { HomePage } from './HomePage';
import { Shell } from './Shell';

type Lazy = () => Promise<{ Component: ComponentType }>;

function page<Name extends string>(
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
): { lazy: Lazy } {
  return { lazy: async () => ({ Component: (await load())[name] }) };
}

function Failed(): JSX.Element {
  return <Crashed error={useRouteError()} />;
}

export const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <Failed />,
    hydrateFallbackElement: <Loading />,
    children: [
      {
        errorElement: <Failed />,
        children: [
          { index: true, element: <HomePage /> },
          {
            path: 'records/:record',
            ...page(() => import('../records/list/ListPage'), 'ListPage'),
          },
          {
            path: 'records/:record/new',
            ...page(() => import('../records/form/FormPage'), 'FormPage'),
          },
          {
            path: 'records/:record/:id',
            ...page(() => import('../records/detail/DetailPage'), 'DetailPage'),
          },
          {
            path: 'records/:record/:id/edit',
            ...page(() => import('../records/form/FormPage'), 'FormPage'),
          },
          { path: 'imports', ...page(() => import('../imports/ImportsPage'), 'ImportsPage') },
          {
            path: 'imports/new',
            ...page(() => import('../imports/NewImportPage'), 'NewImportPage'),
          },
          { path: 'imports/:id', ...page(() => import('../imports/ImportPage'), 'ImportPage') },
          {
            path: 'admin/organisations',
            ...page(() => import('../admin/OrganisationsPage'), 'OrganisationsPage'),
          },
          { path: 'admin/users', ...page(() => import('../admin/UsersPage'), 'UsersPage') },
          { path: 'admin/users/:id', ...page(() => import('../admin/UserPage'), 'UserPage') },
          {
            path: 'admin/approvals',
            ...page(() => import('../admin/ApprovalsPage'), 'ApprovalsPage'),
          },
          { path: 'admin/roles', ...page(() => import('../admin/RolesPage'), 'RolesPage') },
          { path: 'admin/audit', ...page(() => import('../admin/AuditPage'), 'AuditPage') },
          { path: 'account', ...page(() => import('../account/AccountPage'), 'AccountPage') },
          { path: '*', element: <NoPage /> },
        ],
      },
    ],
  },
]);
