// Who did what, and when, with the value before and after.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { JSX } from 'react';
import { api } from '../../client/api';
import type { Page, RecordDefinition } from '../../client/types';
import { instant } from '../../kit/format';
import { useText } from '../../kit/language';
import { Loading } from '../../kit/Loading';
import { ProblemView } from '../../kit/ProblemView';
import { actionTitle } from './actionTitle';
import { Diff, type Change } from './Diff';
import { detailTexts } from './texts';

interface Act {
  readonly seq: string;
  readonly at: string;
  readonly actor?: { readonly id: string; readonly name?: string; readonly label?: string } | null;
  readonly action: string;
  readonly reason?: string | null;
  readonly changes: readonly Change[];
}

export interface TimelineProps {
  readonly definition: RecordDefinition;
  readonly id: string;
  readonly version: number;
}

export function Timeline({ definition, id, version }: TimelineProps): JSX.Element {
  const t = useText(detailTexts);
  const history = useInfiniteQuery({
    queryKey: ['history', definition.name, id, version],
    queryFn: ({ pageParam }) =>
      api<Page<Act>>(
        `records/${definition.name}/${id}/history${pageParam ? `?after=${encodeURIComponent(pageParam)}` : ''}`,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  });
  if (history.error)
    return <ProblemView problem={history.error} onRetry={() => void history.refetch()} />;
  if (!history.data) return <Loading />;
  const acts = history.data.pages.flatMap(({ items }) => items);
  return (
    <section className="aside-card">
      <h2>{t('timeline')}</h2>
      {acts.length === 0 && <p className="quiet">{t('timelineEmpty')}</p>}
      <ol className="timeline">
        {acts.map((act) => (
          <li key={act.seq}>
            <p>
              <strong>{act.actor?.name ?? act.actor?.label}</strong> {actionTitle(act.action, t)}
              <time dateTime={act.at}>{instant(act.at)}</time>
            </p>
            {act.reason && <p className="quiet">{act.reason}</p>}
            {act.changes?.length > 0 && act.action !== 'create' && (
              <details open={act.changes.length <= 3}>
                <summary>{t('changesCount', { count: act.changes.length })}</summary>
                {act.changes.map((change) => (
                  <Diff key={change.field} definition={definition} change={change} />
                ))}
              </details>
            )}
          </li>
        ))}
      </ol>
      {history.hasNextPage && (
        <Button
          size="small"
          loading={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          {t('timelineMore')}
        </Button>
      )}
    </section>
  );
}
