// The fields of a grant, the same wherever a role is given.
import type { Translate } from '../kit/language';
import { titleOf } from '../kit/language';
import { bodyFrom, type DialogField, type DialogValues } from './FormDialog';
import type { AdminKey } from './texts';
import type { Role } from './types';

const scopes = ['own', 'assigned', 'organisation', 'subtree', 'region', 'listed', 'all'] as const;

export function grantFields(
  t: Translate<AdminKey>,
  roles: readonly Role[],
  values: DialogValues,
  required: boolean,
): readonly DialogField[] {
  const { role, scope } = values;
  const chosen = roles.find(({ name }) => name === role);
  return [
    {
      name: 'role',
      label: t('role'),
      type: 'select',
      required,
      hint: chosen?.sensitive ? t('sensitiveHint') : undefined,
      options: roles.map(({ name, title }) => ({ value: name, label: titleOf(title) })),
    },
    {
      name: 'scope',
      label: t('scope'),
      type: 'select',
      required,
      options: scopes.map((value) => ({ value, label: t(`scope_${value}`) })),
    },
    {
      name: 'scope_organisation',
      label: t('scopeOrganisation'),
      type: 'organisation',
      hint: t('scopeOrganisationHint'),
      hidden: scope !== 'organisation' && scope !== 'subtree',
    },
    {
      name: 'listed',
      label: t('scopeListed'),
      type: 'organisations',
      required: scope === 'listed',
      hidden: scope !== 'listed',
    },
    {
      name: 'regions',
      label: t('scopeRegions'),
      hint: t('scopeRegionsHint'),
      required: scope === 'region',
      hidden: scope !== 'region',
    },
    { name: 'grant_from', label: t('validFrom'), type: 'date', hidden: !required },
    { name: 'grant_to', label: t('validTo'), type: 'date', hidden: !required },
  ];
}

export function grantFrom(values: DialogValues): Record<string, unknown> | undefined {
  const { role, scope } = values;
  if (!role) return undefined;
  const body = bodyFrom(values, [
    'role',
    'scope',
    'scope_organisation',
    'listed',
    'regions',
    'grant_from',
    'grant_to',
  ]);
  const regions =
    typeof body.regions === 'string' ? body.regions.split(/[,，\s]+/).filter(Boolean) : undefined;
  return {
    role,
    scope: scope ?? 'organisation',
    ...(body.scope_organisation && (scope === 'organisation' || scope === 'subtree')
      ? { organisation: body.scope_organisation }
      : {}),
    ...(scope === 'listed' ? { listed: body.listed } : {}),
    ...(scope === 'region' && regions ? { regions } : {}),
    ...(body.grant_from ? { valid_from: body.grant_from } : {}),
    ...(body.grant_to ? { valid_to: body.grant_to } : {}),
  };
}
