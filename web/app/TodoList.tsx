// What needs me today: decisions waiting for a second person, unfinished forms, imports half done.
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { Link } from 'react-router';
import { api } from '../client/api';
import { useDefinitions, useMay } from '../client/queries';
import type { Page, Values } from '../client/types';
import { instant } from '../kit/format';
import { Icon, type IconName } from '../kit/Icon';
import { titleOf, useLanguage, useText } from '../kit/language';
import { appTexts } from './texts';

interface Todo {
  readonly path: string;
  readonly title: string;
  readonly note: string;
  readonly icon: IconName;
}

interface Draft {
  readonly record: string;
  readonly key: string;
  readonly values: Values;
  readonly saved_at: string;
}

interface Approval {
  readonly id: string;
  readonly requester?: { readonly name: string };
  readonly requested_by?: { readonly label?: string };
  readonly requested_at: string;
}

interface Import {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

function useTodo(): { todo: readonly Todo[]; loaded: boolean } {
  const t = useText(appTexts);
  const language = useLanguage();
  const may = useMay();
  const definitions = useDefinitions().data;
  const importing = Object.values(definitions?.records ?? {}).some(({ rights }) =>
    rights.includes('import'),
  );
  const drafts = useQuery({ queryKey: ['drafts'], queryFn: () => api<Page<Draft>>('drafts') });
  const approvals = useQuery({
    queryKey: ['approvals'],
    queryFn: () => api<Page<Approval>>('approvals'),
    enabled: may('approvals', 'read'),
  });
  const imports = useQuery({
    queryKey: ['imports'],
    queryFn: () => api<Page<Import>>('imports'),
    enabled: importing,
  });

  const list: Todo[] = [];
  for (const each of approvals.data?.items ?? [])
    list.push({
      path: '/admin/approvals',
      icon: 'stamp',
      title: t('approvalTodo', { name: each.requester?.name ?? each.requested_by?.label ?? '' }),
      note: instant(each.requested_at).slice(5),
    });
  for (const { record, key, values, saved_at } of drafts.data?.items ?? []) {
    const definition = definitions?.records[record];
    if (!definition) continue;
    const label = values[definition.label];
    const title =
      typeof label === 'string' && label
        ? label
        : t('draftNew', { title: titleOf(definition.title, language) });
    const path = key === 'new' ? `/records/${record}/new` : `/records/${record}/${key}/edit`;
    list.push({
      path,
      icon: 'edit',
      title: t('draftTodo', { title }),
      note: t('savedAt', { time: instant(saved_at).slice(5) }),
    });
  }
  for (const each of imports.data?.items ?? [])
    if (['mapping', 'checked', 'running'].includes(each.state))
      list.push({
        path: `/imports/${each.id}`,
        icon: 'upload',
        title: t('importTodo', { name: each.name }),
        note: '',
      });
  return { todo: list, loaded: !drafts.isLoading && !approvals.isLoading && !imports.isLoading };
}

export function TodoList(): JSX.Element {
  const t = useText(appTexts);
  const { todo, loaded } = useTodo();
  return (
    <section className="card home-card home-todo">
      <h2>
        {t('todo')} {todo.length > 0 && <span className="badge accent">{todo.length}</span>}
      </h2>
      {loaded && todo.length === 0 && (
        <p className="quiet">
          {t('todoNone')}
          <br />
          {t('todoNoneHint')}
        </p>
      )}
      <ul>
        {todo.map(({ path, title, note, icon }) => (
          <li key={path + title}>
            <Icon name={icon} />
            <Link to={path}>{title}</Link>
            <small>{note}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
