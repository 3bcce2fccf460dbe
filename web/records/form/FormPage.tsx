// The page that creates or edits a record.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type JSX } from 'react';
import { Link, useParams } from 'react-router';
import { api } from '../../client/api';
import { useDefinitions, useSession } from '../../client/queries';
import type { RecordDefinition, RecordRow } from '../../client/types';
import { Empty } from '../../kit/Empty';
import { useText } from '../../kit/language';
import { Loading } from '../../kit/Loading';
import { ProblemView } from '../../kit/ProblemView';
import { recordTexts } from '../texts';
import { dropDraft, newer, readLocal, readServer, type Draft } from './drafts';
import { EditForm } from './EditForm';
import './form.css';
import { formTexts } from './texts';

export function FormPage(): JSX.Element {
  const t = useText(formTexts);
  const r = useText(recordTexts);
  const { record = '', id } = useParams();
  const definitions = useDefinitions();
  const row = useQuery({
    queryKey: ['record', record, id],
    queryFn: () => api<RecordRow>(`records/${record}/${id}`),
    enabled: id !== undefined,
    staleTime: 0,
    refetchOnMount: 'always',
  });
  const problem = definitions.error ?? row.error;
  if (problem) return <ProblemView problem={problem} onRetry={() => void row.refetch()} />;
  // Only the first reading is waited for: a change by somebody else must not take the form away.
  if (!definitions.data || (id && (!row.data || !row.isFetchedAfterMount))) return <Loading />;
  const definition = definitions.data.records[record];
  if (!definition)
    return (
      <Empty icon="search" title={r('unknownRecord')} hint={r('unknownRecordHint')}>
        <Link to="/">{r('toHome')}</Link>
      </Empty>
    );
  const rights = row.data?.rights ?? definition.rights;
  if (!rights.includes(id ? 'update' : 'create'))
    return (
      <Empty
        icon="key"
        title={t(id ? 'notEditable' : 'notCreatable')}
        hint={t('noPermissionHint')}
      />
    );
  return <WithDraft key={`${record}/${id}`} definition={definition} row={row.data} />;
}

interface WithDraftProps {
  readonly definition: RecordDefinition;
  readonly row: RecordRow | undefined;
}

// What was typed before comes first: the newer of the drafts here and on the server.
function WithDraft({ definition, row: loaded }: WithDraftProps): JSX.Element {
  const session = useSession();
  // The form keeps the record it began with; a change elsewhere shows up as a conflict on saving.
  const [row] = useState(loaded);
  const key = row?.id ?? 'new';
  const [draft, setDraft] = useState<Draft | null>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    let gone = false;
    void readServer(definition.name, key).then((remote) => {
      if (!gone) setDraft(newer(readLocal(session.user.id, definition.name, key), remote) ?? null);
    });
    return () => {
      gone = true;
    };
  }, [definition.name, key, session.user.id]);
  if (draft === undefined) return <Loading />;
  const discard = async (): Promise<void> => {
    await dropDraft(session.user.id, definition.name, key);
    setDraft(null);
    setRound(round + 1);
  };
  return (
    <EditForm
      key={round}
      definition={definition}
      row={row}
      draft={draft ?? undefined}
      onDiscard={() => void discard()}
    />
  );
}
