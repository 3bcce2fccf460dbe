// Creates or changes an organisation.
import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { JSX } from 'react';
import { api } from '../client/api';
import { useText } from '../kit/language';
import { bodyFrom, FormDialog, type DialogField, type DialogValues } from './FormDialog';
import { adminTexts, type AdminKey } from './texts';
import type { Organisation } from './types';

export interface OrganisationDialogProps {
  readonly organisation?: Organisation;
  readonly parent?: Organisation;
  readonly onClose: () => void;
}

const kinds = ['10', '20', '30', '40', '41', '50', '51', '60', '70', '80', '90'];
const statuses = ['active', 'suspended', 'closed'];
const names = ['name', 'short_name', 'code', 'kind', 'region', 'parent', 'credit_code', 'status'];

export function OrganisationDialog({
  organisation,
  parent,
  onClose,
}: OrganisationDialogProps): JSX.Element {
  const t = useText(adminTexts);
  const client = useQueryClient();
  const { message } = App.useApp();
  const fields: readonly DialogField[] = [
    { name: 'name', label: t('name'), required: true },
    { name: 'short_name', label: t('shortName') },
    { name: 'code', label: t('code') },
    {
      name: 'kind',
      label: t('kind'),
      type: 'select',
      required: true,
      options: kinds.map((value) => ({ value, label: t(`kind${value}` as AdminKey) })),
    },
    { name: 'region', label: t('region'), type: 'region', required: true },
    { name: 'parent', label: t('parent'), type: 'organisation' },
    { name: 'credit_code', label: t('creditCode') },
    {
      name: 'status',
      label: t('status'),
      type: 'select',
      hidden: !organisation,
      options: statuses.map((value) => ({ value, label: t(`status_${value}` as AdminKey) })),
    },
  ];
  const start: DialogValues = organisation
    ? { ...organisation }
    : {
        kind: parent?.kind ?? '20',
        region: parent?.region,
        parent: parent && { id: parent.id, label: parent.name },
      };

  const submit = async (values: DialogValues): Promise<void> => {
    const body = bodyFrom(values, organisation ? names : names.filter((name) => name !== 'status'));
    if (organisation) {
      const before = bodyFrom(start, names);
      const changed = Object.fromEntries(
        names.filter((name) => body[name] !== before[name]).map((name) => [name, body[name] ?? '']),
      );
      await api(`organisations/${organisation.id}`, {
        method: 'PATCH',
        body: changed,
        version: organisation.version,
      });
    } else await api('organisations', { method: 'POST', body });
    void client.invalidateQueries({ queryKey: ['organisations'] });
    void message.success(t('saved'));
    onClose();
  };
  const title = organisation
    ? t('organisationEdit')
    : parent
      ? t('organisationNewBelow', { name: parent.name })
      : t('organisationNew');
  return (
    <FormDialog title={title} fields={fields} start={start} onSubmit={submit} onClose={onClose} />
  );
}
