// A record tells its story: left the facts, right the timeline.
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, type JSX } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { api } from '../../client/api';
import { useDefinitions, useSession } from '../../client/queries';
import type { RecordDefinition, RecordRow } from '../../client/types';
import { Empty } from '../../kit/Empty';
import { instant } from '../../kit/format';
import { Icon } from '../../kit/Icon';
import { titleOf, useText } from '../../kit/language';
import { Light } from '../../kit/Light';
import { Loading } from '../../kit/Loading';
import { Page } from '../../kit/Page';
import { ProblemView } from '../../kit/ProblemView';
import { useKeys } from '../../kit/useKeys';
import { stateTitle } from '../fields';
import { labelOf, referenceLabel } from '../labels';
import { rememberOpened } from '../recent';
import { recordTexts } from '../texts';
import './detail.css';
import { Facts } from './Facts';
import { RecordActions } from './RecordActions';
import { Related } from './Related';
import { detailTexts } from './texts';
import { Timeline } from './Timeline';

export function DetailPage(): JSX.Element {
  const r = useText(recordTexts);
  const { record = '', id = '' } = useParams();
  const definitions = useDefinitions();
  const row = useQuery({
    queryKey: ['record', record, id],
    queryFn: () => api<RecordRow>(`records/${record}/${id}`),
  });
  const problem = definitions.error ?? row.error;
  if (problem) return <ProblemView problem={problem} onRetry={() => void row.refetch()} />;
  if (!definitions.data || !row.data) return <Loading />;
  const definition = definitions.data.records[record];
  if (!definition)
    return (
      <Empty icon="search" title={r('unknownRecord')} hint={r('unknownRecordHint')}>
        <Link to="/">{r('toHome')}</Link>
      </Empty>
    );
  return <RecordPage key={id} definition={definition} row={row.data} />;
}

interface RecordPageProps {
  readonly definition: RecordDefinition;
  readonly row: RecordRow;
}

function RecordPage({ definition, row }: RecordPageProps): JSX.Element {
  const t = useText(detailTexts);
  const navigate = useNavigate();
  const { user } = useSession();
  const label = labelOf(definition, row);
  const kind = titleOf(definition.title);
  const path = `/records/${definition.name}/${row.id}`;
  const rights = row.rights ?? definition.rights;
  const editable = rights.includes('update') && !row.deleted_at;
  useEffect(
    () => rememberOpened(user.id, { path, label, note: kind }),
    [user.id, path, label, kind],
  );
  useKeys({
    e: () => void (editable && navigate(`${path}/edit`)),
    Escape: () => void navigate(`/records/${definition.name}`),
  });
  return (
    <Page
      name={label}
      title={label}
      above={<Link to={`/records/${definition.name}`}>{kind}</Link>}
      beside={<Standing definition={definition} row={row} label={label} />}
      actions={
        <>
          {editable && (
            <Button
              type="primary"
              icon={<Icon name="edit" />}
              onClick={() => void navigate(`${path}/edit`)}
            >
              {t('edit')}
            </Button>
          )}
          <RecordActions definition={definition} row={row} rights={rights} label={label} />
        </>
      }
    >
      {row.deleted_at && (
        <p className="deleted-line">{t('deletedHint', { time: instant(row.deleted_at) })}</p>
      )}
      <div className="record-page">
        <div>
          <Facts definition={definition} row={row} unmasking={rights.includes('unmask')} />
          <p className="record-foot">
            {t('createdLine', {
              name: referenceLabel(row.created_by),
              time: instant(row.created_at),
            })}{' '}
            · {t('version', { version: row.version })}
            <span className="print-only">
              {' '}
              · {t('printedAt', { time: instant(new Date().toISOString()) })}
            </span>
          </p>
        </div>
        <aside className="no-print">
          <Related definition={definition} id={row.id} />
          <Timeline definition={definition} id={row.id} version={row.version} />
        </aside>
      </div>
    </Page>
  );
}

// Number, state and light, beside the title.
function Standing({
  definition,
  row,
  label,
}: RecordPageProps & { readonly label: string }): JSX.Element {
  const t = useText(detailTexts);
  return (
    <>
      {row.number && row.number !== label && (
        <span className="quiet record-number">{row.number}</span>
      )}
      {definition.states.length > 1 && row.state && (
        <span className="badge accent">{stateTitle(definition, row.state)}</span>
      )}
      {typeof row.due_at === 'string' && (
        <Light dueAt={row.due_at} overdueDays={Number(row.overdue_days ?? 0)} />
      )}
      {row.deleted_at && <span className="badge red">{t('deleted')}</span>}
    </>
  );
}
