// The tree of organisations: opened level by level, found by name, changed in a dialog.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState, type JSX } from 'react';
import { api, withQuery } from '../client/api';
import { asProblem } from '../client/problem';
import { useMay, useRegions, useSession } from '../client/queries';
import type { Page as PageOf } from '../client/types';
import { Empty } from '../kit/Empty';
import { Icon } from '../kit/Icon';
import { useText } from '../kit/language';
import { Loading } from '../kit/Loading';
import { Page } from '../kit/Page';
import { ProblemView } from '../kit/ProblemView';
import './admin.css';
import { OrganisationDialog } from './OrganisationDialog';
import { SearchBox } from './SearchBox';
import { adminTexts, wordFor } from './texts';
import type { Organisation } from './types';
import { useList } from './useList';

type Editing = { readonly organisation?: Organisation; readonly parent?: Organisation } | undefined;

export function OrganisationsPage(): JSX.Element {
  const t = useText(adminTexts);
  const may = useMay();
  const [text, setText] = useState('');
  const [editing, setEditing] = useState<Editing>();
  return (
    <Page
      name={t('organisations')}
      title={t('organisations')}
      actions={
        may('organisations', 'create') && (
          <Button type="primary" icon={<Icon name="plus" />} onClick={() => setEditing({})}>
            {t('create')}
          </Button>
        )
      }
    >
      <SearchBox label={t('searchOrganisations')} value={text} onChange={setText} />
      {text ? <Found text={text} onEdit={setEditing} /> : <Roots onEdit={setEditing} />}
      {editing && <OrganisationDialog {...editing} onClose={() => setEditing(undefined)} />}
    </Page>
  );
}

interface EditProps {
  readonly onEdit: (editing: Editing) => void;
}

function Found({ text, onEdit }: EditProps & { readonly text: string }): JSX.Element {
  const t = useText(adminTexts);
  const list = useList<Organisation>('organisations', { q: text });
  if (list.problem) return <ProblemView problem={list.problem} onRetry={list.retry} />;
  if (list.loading) return <Loading />;
  if (list.items.length === 0) return <Empty icon="tree" title={t('organisationsEmpty')} />;
  return (
    <ul className="tree">
      {list.items.map((organisation) => (
        <li key={organisation.id}>
          <Row organisation={organisation} onEdit={onEdit} />
        </li>
      ))}
      {list.more && (
        <Button size="small" loading={list.busy} onClick={list.loadMore}>
          {t('loadMore')}
        </Button>
      )}
    </ul>
  );
}

// Everybody begins at the organisation he belongs to; an administrator of all, at the top.
function Roots({ onEdit }: EditProps): JSX.Element {
  const { user } = useSession();
  const own = useQuery({
    queryKey: ['organisations', 'root', user.organisation.id],
    queryFn: () => api<Organisation>(`organisations/${user.organisation.id}`),
  });
  if (own.error) return <ProblemView problem={own.error} onRetry={() => void own.refetch()} />;
  if (!own.data) return <Loading />;
  return (
    <ul className="tree" role="tree">
      <Node organisation={own.data} open onEdit={onEdit} />
    </ul>
  );
}

interface NodeProps extends EditProps {
  readonly organisation: Organisation;
  readonly open?: boolean;
}

function Node({ organisation, open: opened = false, onEdit }: NodeProps): JSX.Element {
  const t = useText(adminTexts);
  const [open, setOpen] = useState(opened);
  // A single organisation comes without the number of those below, so the root is always opened.
  const some =
    opened ||
    (Array.isArray(organisation.children)
      ? organisation.children.length > 0
      : Number(organisation.children) > 0);
  const { name } = organisation;
  return (
    <li
      role="treeitem"
      aria-expanded={some ? open : undefined}
      aria-label={name}
      aria-selected={false}
    >
      <div className="tree-line">
        {some ? (
          <button
            type="button"
            className="icon-button"
            aria-label={t(open ? 'collapse' : 'expand', { name })}
            onClick={() => setOpen(!open)}
          >
            <Icon name={open ? 'down' : 'right'} size={14} />
          </button>
        ) : (
          <span className="tree-leaf" />
        )}
        <Row organisation={organisation} onEdit={onEdit} />
      </div>
      {open && some && <Below parent={organisation.id} onEdit={onEdit} />}
    </li>
  );
}

function Below({ parent, onEdit }: EditProps & { readonly parent: string }): JSX.Element {
  const { data, error, refetch } = useQuery({
    queryKey: ['organisations', 'below', parent],
    queryFn: () => api<PageOf<Organisation>>(withQuery('organisations', { parent, limit: 500 })),
  });
  if (error) return <ProblemView problem={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <ul role="group">
      {data.items.map((organisation) => (
        <Node key={organisation.id} organisation={organisation} onEdit={onEdit} />
      ))}
    </ul>
  );
}

function Row({ organisation, onEdit }: NodeProps): JSX.Element {
  const t = useText(adminTexts);
  const may = useMay();
  const client = useQueryClient();
  const regions = useRegions();
  const { modal, message } = App.useApp();
  const { id, name, code, region, status } = organisation;
  const remove = (): void =>
    void modal.confirm({
      title: t('organisationDelete', { name }),
      content: t('organisationDeleteHint'),
      okText: t('delete'),
      okButtonProps: { danger: true },
      onOk: async () => {
        try {
          await api(`organisations/${id}`, { method: 'DELETE' });
          void client.invalidateQueries({ queryKey: ['organisations'] });
        } catch (error) {
          void message.error(asProblem(error).message);
        }
      },
    });
  return (
    <div className="tree-row">
      <span className="tree-name">
        {name}
        {status !== 'active' && (
          <span className="badge yellow">{wordFor(t, 'status_', status)}</span>
        )}
      </span>
      <span className="quiet tree-facts">
        {[
          code,
          wordFor(t, 'kind', organisation.kind),
          regions.find((each) => each.code === region)?.zh ?? region,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      <span className="tree-actions">
        {may('organisations', 'create') && (
          <button
            type="button"
            className="link-button"
            aria-label={t('organisationNewBelow', { name })}
            onClick={() => onEdit({ parent: organisation })}
          >
            {t('organisationBelow')}
          </button>
        )}
        {may('organisations', 'update') && (
          <button type="button" className="link-button" onClick={() => onEdit({ organisation })}>
            {t('edit')}
          </button>
        )}
        {may('organisations', 'delete') && (
          <button type="button" className="link-button" onClick={remove}>
            {t('delete')}
          </button>
        )}
      </span>
    </div>
  );
}
