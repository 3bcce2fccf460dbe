// The list of a record, drawn from its definition.
import { Button, Dropdown } from 'antd';
import { useCallback, useEffect, useRef, useState, type JSX } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useDefinitions } from '../../client/queries';
import type { RecordDefinition } from '../../client/types';
import { Empty } from '../../kit/Empty';
import { grouped } from '../../kit/format';
import { Icon } from '../../kit/Icon';
import { titleOf, useLanguage, useText } from '../../kit/language';
import { Loading } from '../../kit/Loading';
import { Page } from '../../kit/Page';
import { ProblemView } from '../../kit/ProblemView';
import { useKeys } from '../../kit/useKeys';
import { usePhone } from '../../kit/usePhone';
import { fieldOf } from '../fields';
import { recordTexts } from '../texts';
import { BulkBar } from './BulkBar';
import { ColumnsMenu } from './ColumnsMenu';
import { FilterBar } from './FilterBar';
import './list.css';
import { nextOrder, writeState } from './query';
import { RecordCards } from './RecordCards';
import { RecordTable } from './RecordTable';
import { useListState } from './useListState';
import { useRows, type Rows } from './useRows';
import { useSelection } from './useSelection';
import { ViewsMenu } from './ViewsMenu';

export function ListPage(): JSX.Element {
  const t = useText(recordTexts);
  const { record = '' } = useParams();
  const definitions = useDefinitions();
  if (definitions.error)
    return <ProblemView problem={definitions.error} onRetry={() => void definitions.refetch()} />;
  if (!definitions.data) return <Loading />;
  const definition = definitions.data.records[record];
  if (!definition)
    return (
      <Empty icon="search" title={t('unknownRecord')} hint={t('unknownRecordHint')}>
        <Link to="/">{t('toHome')}</Link>
      </Empty>
    );
  return <RecordList key={record} record={definition} />;
}

interface RecordListProps {
  readonly record: RecordDefinition;
}

function RecordList({ record }: RecordListProps): JSX.Element {
  const t = useText(recordTexts);
  const language = useLanguage();
  const navigate = useNavigate();
  const phone = usePhone();
  const scroller = useRef<HTMLDivElement>(null);
  const { state, query, change, load } = useListState(record.name);
  const columns = state.columns.length ? state.columns : record.list.columns;
  const fields = columns
    .map((name) => fieldOf(record, name))
    .filter((field) => field !== undefined);
  const rows = useRows(record, state, columns);
  const selection = useSelection(rows.rows, query);
  const [active, setActive] = useState(-1);
  const creating = record.rights.includes('create');
  const open = (id: string | undefined): void =>
    void (id && navigate(`/records/${record.name}/${id}`));

  usePlace(scroller, `${record.name}?${query}`, rows.rows.length > 0);
  const toFirst = useRef(false);
  useEffect(() => {
    setActive(toFirst.current ? 0 : -1);
    toFirst.current = false;
  }, [query]);
  // A word just typed brings other rows first.
  const goToRows = (fresh: boolean): void => {
    toFirst.current = fresh;
    setActive(fresh ? -1 : 0);
  };
  const chosen = rows.refreshing ? -1 : active; // never a row of the list before
  useKeys({
    j: () => setActive((now) => Math.min(now + 1, rows.rows.length - 1)),
    k: () => setActive((now) => Math.max(now - 1, 0)),
    Escape: () => selection.setAll([]),
    x: () => rows.rows[chosen] && selection.toggle(rows.rows[chosen].id),
    n: () => void (creating && navigate(`/records/${record.name}/new`)),
    ...(chosen >= 0 ? { Enter: () => open(rows.rows[chosen]?.id) } : {}),
  });
  const nearEnd = useRef(rows.loadMore);
  useEffect(() => {
    nearEnd.current = rows.loadMore;
  });
  const onNearEnd = useCallback(() => nearEnd.current(), []);

  const title = titleOf(record.title, language);
  const exported = writeState({ ...state, columns, order: state.order || record.list.order });
  const exportPath = `/api/records/${record.name}/export?${exported}`;
  return (
    <Page
      full
      name={title}
      title={title}
      beside={
        rows.total !== undefined && (
          <span className="quiet">{t('total', { count: grouped(rows.total) })}</span>
        )
      }
      actions={
        <>
          {record.rights.includes('import') && !phone && (
            <Link to={`/imports/new?record=${record.name}`}>
              <Button icon={<Icon name="upload" />} tabIndex={-1}>
                {t('import')}
              </Button>
            </Link>
          )}
          {creating && (
            <Button
              type="primary"
              icon={<Icon name="plus" />}
              onClick={() => void navigate(`/records/${record.name}/new`)}
            >
              {t('create')}
            </Button>
          )}
        </>
      }
    >
      <div className="list-tools">
        <FilterBar record={record} state={state} onChange={change} onEnter={goToRows} />
        <div className="list-menus no-print">
          <ViewsMenu record={record.name} query={query} columns={columns} onLoad={load} />
          {!phone && (
            <ColumnsMenu
              record={record}
              columns={columns}
              onChange={(next) => change({ columns: next })}
            />
          )}
          <MoreMenu
            record={record}
            exportPath={exportPath}
            onDeleted={() => change({ deleted: true })}
          />
        </div>
      </div>
      <BulkBar
        record={record}
        rows={rows.rows}
        deleted={state.deleted}
        selection={selection}
        exportPath={exportPath}
      />
      <div
        ref={scroller}
        className={rows.refreshing ? 'list-scroll refreshing' : 'list-scroll'}
        tabIndex={0}
        role="region"
        aria-label={title}
      >
        {phone ? (
          <RecordCards
            record={record}
            fields={fields}
            rows={rows.rows}
            scroller={scroller}
            onNearEnd={onNearEnd}
          />
        ) : (
          rows.rows.length > 0 && (
            <RecordTable
              record={record}
              fields={fields}
              rows={rows.rows}
              total={rows.total}
              order={state.order || record.list.order}
              active={chosen}
              selection={selection}
              scroller={scroller}
              onOrder={(field) => change({ order: nextOrder(state.order, field) })}
              onOpen={(row) => open(row.id)}
              onNearEnd={onNearEnd}
            />
          )
        )}
        <Below
          record={record}
          rows={rows}
          filtered={state.q !== '' || state.conditions.length > 0}
          deleted={state.deleted}
          onClear={() => change({ q: '', conditions: [], deleted: false })}
        />
      </div>
    </Page>
  );
}

// Back from a record, the list stands where it stood.
function usePlace(
  scroller: React.RefObject<HTMLDivElement | null>,
  key: string,
  ready: boolean,
): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element || !ready) return undefined;
    const name = `weijian.place.${key}`;
    const stored = Number(sessionStorage.getItem(name) ?? 0);
    requestAnimationFrame(() => element.scrollTo(0, stored));
    const remember = (): void => sessionStorage.setItem(name, String(element.scrollTop));
    element.addEventListener('scrollend', remember);
    return () => element.removeEventListener('scrollend', remember);
  }, [scroller, key, ready]);
}

interface MoreMenuProps {
  readonly record: RecordDefinition;
  readonly exportPath: string;
  readonly onDeleted: () => void;
}

function MoreMenu({ record, exportPath, onDeleted }: MoreMenuProps): JSX.Element | null {
  const t = useText(recordTexts);
  const items = [
    ...(record.rights.includes('export')
      ? [
          {
            key: 'csv',
            icon: <Icon name="download" />,
            label: (
              <a href={`${exportPath}&format=csv`} title={t('exportHint')} download>
                {t('exportCsv')}
              </a>
            ),
          },
          {
            key: 'xlsx',
            icon: <Icon name="download" />,
            label: (
              <a href={`${exportPath}&format=xlsx`} title={t('exportHint')} download>
                {t('exportXlsx')}
              </a>
            ),
          },
        ]
      : []),
    ...(record.rights.includes('delete')
      ? [
          {
            key: 'deleted',
            icon: <Icon name="trash" />,
            label: t('showDeleted'),
            onClick: onDeleted,
          },
        ]
      : []),
  ];
  if (items.length === 0) return null;
  return (
    <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
      <button type="button" className="tool" aria-label={t('more')}>
        <Icon name="more" />
      </button>
    </Dropdown>
  );
}

interface BelowProps {
  readonly record: RecordDefinition;
  readonly rows: Rows;
  readonly filtered: boolean;
  readonly deleted: boolean;
  readonly onClear: () => void;
}

// What stands under the rows: waiting, a problem, why there is nothing, or the end.
function Below({ record, rows, filtered, deleted, onClear }: BelowProps): JSX.Element | null {
  const t = useText(recordTexts);
  if (rows.problem) return <ProblemView problem={rows.problem} onRetry={rows.retry} />;
  if (rows.loading) return <Loading />;
  if (rows.rows.length > 0)
    return (
      <p className="list-end">
        {rows.more && (
          <span className="print-only">
            {t('printPart', {
              count: grouped(rows.rows.length),
              total: grouped(rows.total ?? rows.rows.length),
            })}
          </span>
        )}
        {rows.undecided > 0 && `${t('undecided', { count: rows.undecided })} `}
        {rows.more ? (
          <span className="no-print">{t('loadingMore')}</span>
        ) : (
          t('endOfList', { count: grouped(rows.rows.length) })
        )}
      </p>
    );
  if (filtered)
    return (
      <Empty icon="filter" title={t('emptyFiltered')} hint={t('emptyFilteredHint')}>
        <Button onClick={onClear}>{t('clearFilters')}</Button>
      </Empty>
    );
  if (deleted) return <Empty icon="trash" title={t('emptyDeleted')} />;
  const creating = record.rights.includes('create');
  const importing = record.rights.includes('import');
  return (
    <Empty
      title={t('empty', { title: titleOf(record.title) })}
      hint={t(creating ? (importing ? 'emptyHint' : 'emptyHintNew') : 'emptyHintRead')}
    >
      {creating && <Link to={`/records/${record.name}/new`}>{t('create')}</Link>}
      {importing && <Link to={`/imports/new?record=${record.name}`}>{t('import')}</Link>}
    </Empty>
  );
}
