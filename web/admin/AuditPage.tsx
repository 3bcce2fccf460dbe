// The change log for the audit administrator: who did what to which record, from where.
import { Button, DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { type JSX } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useDefinitions } from '../client/queries';
import { Empty } from '../kit/Empty';
import { instant } from '../kit/format';
import { titleOf, useText } from '../kit/language';
import { Loading } from '../kit/Loading';
import { Page } from '../kit/Page';
import { ProblemView } from '../kit/ProblemView';
import { Diff, type Change } from '../records/detail/Diff';
import '../records/detail/detail.css';
import { referenceLabel } from '../records/labels';
import { rememberLabel, useLabels } from '../records/values/labelStore';
import { Lookup } from '../records/values/Lookup';
import './admin.css';
import {
  acts,
  actWord,
  auditTexts,
  fieldWord,
  namesItsObject,
  objects,
  objectWord,
} from './auditTexts';
import { adminTexts } from './texts';
import { useList } from './useList';

interface Entry {
  readonly seq: string;
  readonly at: string;
  readonly actor?: unknown;
  readonly record: string;
  readonly id: string;
  readonly action: string;
  readonly diff?: Readonly<Record<string, unknown>>;
  readonly changes?: readonly Change[];
  readonly reason?: string | null;
  readonly request_id?: string;
  readonly remote?: string;
}

export function AuditPage(): JSX.Element {
  const t = useText(adminTexts);
  const a = useText(auditTexts);
  const labels = useLabels();
  const definitions = useDefinitions().data?.records ?? {};
  const [search, setSearch] = useSearchParams();
  const query = Object.fromEntries(
    ['actor', 'record', 'id', 'action', 'from', 'to'].map((name) => [name, search.get(name) ?? '']),
  );
  const list = useList<Entry>('audit', query);
  const set = (changes: Readonly<Record<string, string>>): void => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes))
      if (value) next.set(name, value);
      else next.delete(name);
    setSearch(next, { replace: true });
  };
  const day = (text: string | undefined): dayjs.Dayjs | null => (text ? dayjs(text) : null);
  return (
    <Page name={t('audit')} title={t('audit')}>
      <div className="admin-filters">
        <DatePicker.RangePicker
          allowEmpty={[true, true]}
          placeholder={[t('from'), t('to')]}
          value={[day(query.from), day(query.to)]}
          onChange={(range) =>
            set({
              from: range?.[0]?.format('YYYY-MM-DD') ?? '',
              to: range?.[1]?.format('YYYY-MM-DD') ?? '',
            })
          }
        />
        <span style={{ width: 180 }}>
          <Lookup
            field={{ type: 'user' }}
            label={t('auditActor')}
            placeholder={t('auditActor')}
            value={query.actor ? { id: query.actor, label: labels(query.actor) } : null}
            onChange={(picked) => {
              const chosen = picked as { id: string; label: string } | null;
              if (chosen) rememberLabel(chosen.id, chosen.label);
              set({ actor: chosen?.id ?? '' });
            }}
          />
        </span>
        <Select
          aria-label={t('auditAction')}
          style={{ width: 190 }}
          showSearch
          optionFilterProp="label"
          value={query.action}
          options={[
            { value: '', label: `${t('auditAction')}：${t('all')}` },
            ...acts.map((value) => ({ value, label: actWord(value, a) })),
          ]}
          onChange={(action) => set({ action })}
        />
        <Select
          aria-label={t('auditRecord')}
          style={{ width: 180 }}
          value={query.record}
          options={[
            { value: '', label: `${t('auditRecord')}：${t('all')}` },
            ...Object.values(definitions).map((each) => ({
              value: each.name,
              label: titleOf(each.title),
            })),
            ...objects.map((value) => ({ value, label: objectWord(value, a) })),
          ]}
          onChange={(record) => set({ record })}
        />
        <Input
          id="page-search"
          aria-label={t('auditId')}
          placeholder={t('auditId')}
          style={{ width: 200 }}
          allowClear
          defaultValue={query.id}
          onPressEnter={(event) => set({ id: event.currentTarget.value.trim() })}
        />
      </div>
      {list.problem ? (
        <ProblemView problem={list.problem} onRetry={list.retry} />
      ) : list.loading ? (
        <Loading />
      ) : list.items.length === 0 ? (
        <Empty icon="scroll" title={t('auditEmpty')} />
      ) : (
        <ul className="audit">
          {list.items.map((entry) => (
            <AuditLine key={entry.seq} entry={entry} />
          ))}
        </ul>
      )}
      {list.more && (
        <Button loading={list.busy} onClick={list.loadMore}>
          {t('loadMore')}
        </Button>
      )}
    </Page>
  );
}

// The log keeps [before, after] under each name; other facts stand as they are.
function changesOf({ changes, diff }: Entry): readonly Change[] {
  if (changes) return changes;
  return Object.entries(diff ?? {}).map(([field, value]) =>
    Array.isArray(value) && value.length === 2
      ? { field, before: value[0] as unknown, after: value[1] as unknown }
      : { field, before: null, after: value },
  );
}

function AuditLine({ entry }: { readonly entry: Entry }): JSX.Element {
  const t = useText(adminTexts);
  const a = useText(auditTexts);
  const definition = useDefinitions().data?.records[entry.record];
  const changes = changesOf(entry);
  const kind = titleOf(definition?.title) || objectWord(entry.record, a);
  const readable = definition?.rights.includes('read');
  return (
    <li>
      <time dateTime={entry.at}>{instant(entry.at, true)}</time>
      <span>
        <strong>{referenceLabel(entry.actor) || a('system')}</strong> {actWord(entry.action, a)}{' '}
        {namesItsObject(entry.action) ? null : readable ? (
          <Link to={`/records/${entry.record}/${entry.id}`}>{kind}</Link>
        ) : (
          kind
        )}
        {entry.reason && <span className="quiet"> · {entry.reason}</span>}
        <details>
          <summary>{t('auditDetails')}</summary>
          <p className="quiet">
            {t('seq')} {entry.seq} · {t('auditId')} {entry.id}
            {entry.remote && ` · ${t('auditFrom')} ${entry.remote}`}
            {entry.request_id && ` · ${t('auditRequest')} ${entry.request_id}`}
          </p>
          {changes.map((change) => (
            <Diff
              key={change.field}
              definition={definition}
              change={change}
              nameOf={(field) => fieldWord(field, a)}
            />
          ))}
        </details>
      </span>
    </li>
  );
}
