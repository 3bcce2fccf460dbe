// Every page has a URL; each area loads when it is first opened.
import type { ComponentType, JSX } from 'react';
import { createBrowserRouter, useRouteError } from 'react-router';
import { Loading } from '../kit/Loading';
import { useMay } from '../client/queries';
import { Crashed, NoPage, Refused } from './Crashed';
import { HomePage } from './HomePage';
import { Shell } from './Shell';

type Lazy = () => Promise<{ Component: ComponentType }>;

function page<Name extends string>(
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
  resource?: string,
): { lazy: Lazy } {
  return {
    lazy: async () => {
      const Component = (await load())[name];
      return { Component: resource ? guarded(Component, resource) : Component };
    },
  };
}

// The server decides; this only says it before a page stands there half empty.
function guarded(Inner: ComponentType, resource: string): ComponentType {
  return function Guarded(): JSX.Element {
    const may = useMay();
    return may(resource, 'read') ? <Inner /> : <Refused />;
  };
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
            ...page(() => import('./ThemedPages'), 'ThemedPages'),
            children: [
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
                ...page(
                  () => import('../admin/OrganisationsPage'),
                  'OrganisationsPage',
                  'organisations',
                ),
              },
              {
                path: 'admin/users',
                ...page(() => import('../admin/UsersPage'), 'UsersPage', 'users'),
              },
              {
                path: 'admin/users/:id',
                ...page(() => import('../admin/UserPage'), 'UserPage', 'users'),
              },
              {
                path: 'admin/approvals',
                ...page(() => import('../admin/ApprovalsPage'), 'ApprovalsPage', 'approvals'),
              },
              {
                path: 'admin/roles',
                ...page(() => import('../admin/RolesPage'), 'RolesPage', 'roles'),
              },
              {
                path: 'admin/policy',
                ...page(() => import('../admin/PolicyPage'), 'PolicyPage', 'policies'),
              },
              {
                path: 'admin/audit',
                ...page(() => import('../admin/AuditPage'), 'AuditPage', 'audit'),
              },
              { path: 'account', ...page(() => import('../account/AccountPage'), 'AccountPage') },
            ],
          },
          { path: '*', element: <NoPage /> },
        ],
      },
    ],
  },
]);
