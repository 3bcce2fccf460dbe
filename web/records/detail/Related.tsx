// Records that point here.
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { Link } from 'react-router';
import { api } from '../../client/api';
import { useDefinitions } from '../../client/queries';
import type { RecordDefinition } from '../../client/types';
import { titleOf, useText, type Title } from '../../kit/language';
import { detailTexts } from './texts';

interface Pointing {
  readonly record: string;
  readonly field: string;
  readonly title?: Title | string;
  readonly count: number;
}

export interface RelatedProps {
  readonly definition: RecordDefinition;
  readonly id: string;
}

export function Related({ definition, id }: RelatedProps): JSX.Element | null {
  const t = useText(detailTexts);
  const definitions = useDefinitions().data;
  const { data } = useQuery({
    queryKey: ['related', definition.name, id],
    queryFn: () => api<{ items: readonly Pointing[] }>(`records/${definition.name}/${id}/related`),
  });
  const pointing = data?.items.filter(({ count }) => count > 0) ?? [];
  if (pointing.length === 0) return null;
  return (
    <section className="aside-card">
      <h2>{t('related')}</h2>
      <ul>
        {pointing.map(({ record, field, title, count }) => (
          <li key={record + field}>
            <Link to={`/records/${record}?${field}=eq.${id}`}>
              {titleOf(definitions?.records[record]?.title) || titleOf(title)}
            </Link>
            <span className="badge">{count}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
