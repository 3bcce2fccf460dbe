// The workbench: what needs me today, what I was working on, what changed.
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { Link } from 'react-router';
import { api, withQuery } from '../client/api';
import { useDefinitions, useMay, useSession } from '../client/queries';
import type { Page as PageOf, RecordDefinition, RecordRow } from '../client/types';
import { Empty } from '../kit/Empty';
import { instant } from '../kit/format';
import { Icon } from '../kit/Icon';
import { titleOf, useLanguage, useText } from '../kit/language';
import { Page } from '../kit/Page';
import { labelOf } from '../records/labels';
import { recentlyOpened, type Opened } from '../records/recent';
import './home.css';
import { appTexts } from './texts';
import { TodoList } from './TodoList';
import { useMenu } from './useMenu';

function today(): { day: string; weekday: number } {
  const text = instant(new Date().toISOString()).slice(0, 10);
  return { day: text, weekday: new Date(`${text}T00:00:00Z`).getUTCDay() };
}

export function HomePage(): JSX.Element {
  const t = useText(appTexts);
  const { user } = useSession();
  const may = useMay();
  const { data } = useDefinitions();
  const { day, weekday } = today();
  const records = Object.values(data?.records ?? {}).filter(({ rights }) =>
    rights.includes('read'),
  );
  const anything = records.length > 0 || may('users', 'read') || may('audit', 'read');
  const date = t('dayAndWeekday', { day, weekday: t(`weekday${weekday}` as 'weekday0') });
  return (
    <Page name={t('home')} title={t('greeting', { name: user.display_name, day: date })}>
      <LastSignIn />
      {data && !anything && <Empty icon="key" title={t('noRoles')} hint={t('noRolesHint')} />}
      <div className="home">
        <div>
          <TodoList />
          {records.map((record) => (
            <Changed key={record.name} record={record} alone={records.length === 1} />
          ))}
        </div>
        <div>
          <Start records={records} />
          {records.length === 0 && <Duties />}
          {records.length > 0 && <Recent user={user.id} />}
        </div>
      </div>
    </Page>
  );
}

interface Trace {
  readonly at: string;
  readonly remote: string;
}

function LastSignIn(): JSX.Element | null {
  const t = useText(appTexts);
  const stored = sessionStorage.getItem('weijian.last');
  if (!stored) return null;
  const last = JSON.parse(stored) as { last_success?: Trace | null; last_failure?: Trace | null };
  if (!last.last_success) return null;
  const words = ({ at, remote }: Trace): { at: string; remote: string } => ({
    at: instant(at),
    remote,
  });
  const failed =
    last.last_failure && last.last_failure.at > last.last_success.at
      ? last.last_failure
      : undefined;
  return (
    <p className="quiet last-sign-in">
      {t('lastSignIn', words(last.last_success))}
      {failed && <strong> {t('lastFailure', words(failed))}</strong>}
    </p>
  );
}

// What most people come for, one press away.
function Start({ records }: { readonly records: readonly RecordDefinition[] }): JSX.Element | null {
  const t = useText(appTexts);
  const language = useLanguage();
  const creating = records.filter(({ rights }) => rights.includes('create')).slice(0, 5);
  const importing = records.some(({ rights }) => rights.includes('import'));
  if (creating.length === 0 && !importing) return null;
  return (
    <section className="card home-card">
      <h2>{t('quick')}</h2>
      <ul>
        {creating.map((record) => (
          <li key={record.name}>
            <Icon name="plus" />
            <Link to={`/records/${record.name}/new`}>
              {t('quickNew', { title: titleOf(record.title, language) })}
            </Link>
          </li>
        ))}
        {importing && (
          <li>
            <Icon name="upload" />
            <Link to="/imports/new">{t('quickImport')}</Link>
          </li>
        )}
      </ul>
    </section>
  );
}

// An administrator has no records to open; his pages stand in their place.
function Duties(): JSX.Element | null {
  const t = useText(appTexts);
  const groups = useMenu();
  const pages = groups.flatMap(({ items }) => items).filter(({ path }) => path !== '/');
  if (pages.length === 0) return null;
  return (
    <section className="card home-card">
      <h2>{t('quick')}</h2>
      <ul>
        {pages.map(({ path, title, icon }) => (
          <li key={path}>
            <Icon name={icon} />
            <Link to={path}>{title}</Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Recent({ user }: { readonly user: string }): JSX.Element {
  const t = useText(appTexts);
  const language = useLanguage();
  const records = useDefinitions().data?.records ?? {};
  const recent = recentlyOpened(user);
  // What was kept is in the language of its day.
  const kindOf = ({ path, note }: Opened): string =>
    titleOf(records[path.split('/')[2] ?? '']?.title, language) || note;
  return (
    <section className="card home-card">
      <h2>{t('continued')}</h2>
      {recent.length === 0 ? (
        <p className="quiet">{t('continuedNone')}</p>
      ) : (
        <ul>
          {recent.map((opened) => (
            <li key={opened.path}>
              <Link to={opened.path}>{opened.label}</Link>
              <small>{kindOf(opened)}</small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface ChangedProps {
  readonly record: RecordDefinition;
  readonly alone: boolean;
}

function Changed({ record, alone }: ChangedProps): JSX.Element | null {
  const t = useText(appTexts);
  const language = useLanguage();
  const columns = [
    ...new Set(['updated_at', ...(record.number ? ['number'] : []), record.label]),
  ].join(',');
  const { data } = useQuery({
    queryKey: ['recent', record.name],
    queryFn: () =>
      api<PageOf<RecordRow>>(
        withQuery(`records/${record.name}`, { order: '-updated_at', limit: 8, columns }),
      ),
  });
  if (data?.items.length === 0 && !alone) return null;
  return (
    <section className="card home-card">
      <h2>
        {t('changed')} ·{' '}
        <Link to={`/records/${record.name}`}>{titleOf(record.title, language)}</Link>
      </h2>
      {data?.items.length === 0 && <p className="quiet">{t('changedNone')}</p>}
      <ul>
        {data?.items.map((row) => (
          <li key={row.id}>
            <Link to={`/records/${record.name}/${row.id}`}>{labelOf(record, row)}</Link>
            <small>{instant(row.updated_at).slice(5)}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
