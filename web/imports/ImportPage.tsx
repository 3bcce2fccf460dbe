// One import from reading to the reject sheet. Everything stands on the server, so a reload goes on.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Progress } from 'antd';
import { useState, type JSX } from 'react';
import { Link, useParams } from 'react-router';
import { api } from '../client/api';
import { asProblem } from '../client/problem';
import { useDefinitions } from '../client/queries';
import { Empty } from '../kit/Empty';
import { grouped } from '../kit/format';
import { titleOf, useText } from '../kit/language';
import { Loading } from '../kit/Loading';
import { Page } from '../kit/Page';
import { ProblemView } from '../kit/ProblemView';
import { FaultTable } from './FaultTable';
import './imports.css';
import { Mapping } from './Mapping';
import { Steps } from './Steps';
import { importTexts } from './texts';
import type { Import } from './types';

const working = ['reading', 'checking', 'running'];
const stepOf: Readonly<Record<string, number>> = {
  reading: 0,
  mapping: 1,
  checking: 2,
  checked: 2,
  running: 3,
  done: 4,
  failed: 3,
  cancelled: 3,
};

export function ImportPage(): JSX.Element {
  const t = useText(importTexts);
  const { id = '' } = useParams();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [remapping, setRemapping] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['import', id],
    queryFn: () => api<Import>(`imports/${id}`),
    refetchInterval: ({ state }) =>
      state.data && working.includes(state.data.state) ? 1000 : false,
  });
  const definition = useDefinitions().data?.records[data?.record ?? ''];
  if (error) return <ProblemView problem={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;

  const act = async (path: string, method: 'POST' | 'PUT', body: unknown): Promise<void> => {
    try {
      await api(`imports/${id}/${path}`, { method, body });
      setRemapping(false);
      await client.invalidateQueries({ queryKey: ['import', id] });
      void client.invalidateQueries({ queryKey: ['imports'] });
    } catch (thrown) {
      void message.error(asProblem(thrown).message);
    }
  };
  const state = remapping && data.state === 'checked' ? 'mapping' : data.state;
  const facts = [
    data.encoding && t('encoding', { encoding: data.encoding }),
    data.sheet && t('sheet', { sheet: data.sheet }),
  ]
    .filter(Boolean)
    .join(' · ');
  return (
    <Page
      name={data.name}
      title={data.name}
      above={<Link to="/imports">{t('title')}</Link>}
      beside={
        <span className="quiet">
          {[titleOf(definition?.title), facts].filter(Boolean).join(' · ')}
        </span>
      }
    >
      <Steps at={stepOf[state] ?? 0} />
      {working.includes(state) && (
        <Working data={data} onCancel={() => void act('actions/cancel', 'POST', {})} />
      )}
      {state === 'mapping' && definition && (
        <Mapping
          data={data}
          definition={definition}
          onCheck={(mapping) => void act('mapping', 'PUT', { mapping })}
          onCancel={() => void act('actions/cancel', 'POST', {})}
        />
      )}
      {state === 'checked' && (
        <Checked
          data={data}
          onRun={() => void act('actions/run', 'POST', {})}
          onBack={() => setRemapping(true)}
        />
      )}
      {state === 'done' && <Done data={data} title={titleOf(definition?.title)} />}
      {state === 'failed' && (
        <Empty icon="warning" title={t('failed')} hint={data.message ?? undefined}>
          <Link to={`/imports/new?record=${data.record}`}>{t('another')}</Link>
        </Empty>
      )}
      {state === 'cancelled' && (
        <Empty icon="upload" title={t('cancelled')}>
          <Link to={`/imports/new?record=${data.record}`}>{t('another')}</Link>
        </Empty>
      )}
    </Page>
  );
}

function Working({
  data,
  onCancel,
}: {
  readonly data: Import;
  readonly onCancel: () => void;
}): JSX.Element {
  const t = useText(importTexts);
  const share = data.rows > 0 && data.done > 0 ? data.done / data.rows : Number(data.progress ?? 0);
  const words = { reading: t('reading'), checking: t('checking'), running: t('running') }[
    data.state as 'reading'
  ];
  return (
    <div className="import-working" role="status">
      <h2>{words}</h2>
      <Progress percent={Math.min(100, Math.round(share * 100))} status="active" />
      {data.rows > 0 && (
        <p>{t('progress', { done: grouped(data.done), rows: grouped(data.rows) })}</p>
      )}
      <p className="quiet">{t('background')}</p>
      <Button onClick={onCancel}>{t('cancel')}</Button>
    </div>
  );
}

function Checked({
  data,
  onRun,
  onBack,
}: {
  readonly data: Import;
  readonly onRun: () => void;
  readonly onBack: () => void;
}): JSX.Element {
  const t = useText(importTexts);
  const bad = data.rejected || new Set(data.faults.map(({ row }) => row)).size;
  const good = data.rows - bad;
  const blocked = bad > 0 && data.mode === 'all_or_nothing';
  return (
    <>
      <h2>
        {bad > 0
          ? t('checked', { rows: grouped(data.rows), bad: grouped(bad) })
          : t('checkedGood', { rows: grouped(data.rows) })}
      </h2>
      <p className="import-actions">
        <Button type="primary" disabled={good <= 0 || blocked} onClick={onRun}>
          {bad > 0 ? t('runGood', { count: grouped(good) }) : t('run')}
        </Button>
        <Button onClick={onBack}>{t('back')}</Button>
        {bad > 0 && <Rejects data={data} />}
      </p>
      <FaultTable faults={data.faults} />
    </>
  );
}

function Rejects({ data }: { readonly data: Import }): JSX.Element {
  const t = useText(importTexts);
  return (
    <a href={`/api/imports/${data.id}/rejects?format=xlsx`} download title={t('rejectsHint')}>
      {t('rejects')}
    </a>
  );
}

function Done({ data, title }: { readonly data: Import; readonly title: string }): JSX.Element {
  const t = useText(importTexts);
  const { created, updated, unchanged, rejected } = data;
  const numbers = Object.fromEntries(
    Object.entries({ created, updated, unchanged, rejected }).map(([name, value]) => [
      name,
      grouped(value ?? 0),
    ]),
  );
  return (
    <>
      <h2>{t('done')}</h2>
      <p>{t('result', numbers)}</p>
      <p className="import-actions">
        <Link to={`/records/${data.record}`}>
          <Button type="primary" tabIndex={-1}>
            {t('openList', { title })}
          </Button>
        </Link>
        <Link to={`/imports/new?record=${data.record}`}>{t('another')}</Link>
        {rejected > 0 && <Rejects data={data} />}
      </p>
      {rejected > 0 && <p className="quiet">{t('rejectsHint')}</p>}
      <FaultTable faults={data.faults} />
    </>
  );
}
