// One form: fields, draft, faults, saving, and the guard against leaving by mistake.
import { App, Button } from 'antd';
import { useEffect, useMemo, useRef, useState, type JSX } from 'react';
import { Link, useNavigate } from 'react-router';
import { useSession } from '../../client/queries';
import type { RecordDefinition, RecordRow, Values } from '../../client/types';
import { instant } from '../../kit/format';
import { titleOf, useText } from '../../kit/language';
import { Page } from '../../kit/Page';
import { ProblemView } from '../../kit/ProblemView';
import { useKeys } from '../../kit/useKeys';
import { labelOf } from '../labels';
import { conflictsOf } from './changes';
import { ConflictDialog } from './ConflictDialog';
import { DraftStatus } from './DraftStatus';
import type { Draft } from './drafts';
import { DuplicatesDialog } from './DuplicatesDialog';
import { FaultList } from './FaultList';
import { FormSections } from './FormSections';
import { initialValues } from './initial';
import { LeaveGuard } from './LeaveGuard';
import { maskedPaths } from './masked';
import { formTexts } from './texts';
import { uploadsRunning } from './uploadsRunning';
import { useDraft } from './useDraft';
import { useFillFrom } from './useFillFrom';
import { useRecordForm } from './useRecordForm';
import { useSubmit } from './useSubmit';
import type { FormFault } from './validate';

export interface EditFormProps {
  readonly definition: RecordDefinition;
  readonly row: RecordRow | undefined;
  readonly draft: Draft | undefined;
  readonly onDiscard: () => void;
}

const nothing: Values = {};

export function EditForm({ definition, row, draft, onDiscard }: EditFormProps): JSX.Element {
  const t = useText(formTexts);
  const session = useSession();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const start = useMemo<Values>(
    () => ({ ...(row ?? initialValues(definition, session)), ...draft?.values }),
    [row, definition, session, draft],
  );
  const base = row ?? nothing;
  const masked = useMemo(() => maskedPaths(definition, row), [definition, row]);
  const form = useRecordForm({ definition, session, base, start, masked, t });
  const [attempt, setAttempt] = useState(0);
  const [faults, setFaults] = useState<readonly FormFault[]>([]);
  const leaving = useRef(false);
  const touched = useMemo(
    () =>
      Object.keys(form.changes).some((name) => form.values[name] !== start[name]) ||
      draft !== undefined,
    [form, start, draft],
  );
  const dirty = form.dirty && touched;
  const version = draft?.version ?? row?.version;
  const drafts = useDraft(
    session.user.id,
    definition,
    row?.id ?? 'new',
    form.changes,
    dirty,
    version,
  );
  useFillFrom(form);

  const reveal = (found: readonly FormFault[]): void => {
    setFaults(found);
    form.reveal(found);
    setAttempt((now) => now + 1);
  };
  const submission = useSubmit({
    user: session.user.id,
    definition,
    row,
    version,
    onFaults: reveal,
    onSaved: (saved) => {
      leaving.current = true;
      void drafts.drop();
      void message.success(row ? t('saved') : t('created', { label: labelOf(definition, saved) }));
      void navigate(`/records/${definition.name}/${saved.id}`, { replace: true });
    },
  });
  const submit = (sure?: boolean): void => {
    if (submission.busy) return;
    if (uploadsRunning.size > 0) return void message.warning(t('uploadPending'));
    const hard = form.all.filter(({ warning }) => !warning);
    if (hard.length > 0) return reveal(hard);
    setFaults([]);
    void submission.submit(form.changes, sure);
  };
  const back = row ? `/records/${definition.name}/${row.id}` : `/records/${definition.name}`;
  useKeys({
    'Ctrl+Enter': () => submit(),
    'Ctrl+s': () => submit(),
    Escape: () => void navigate(back),
  });
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (dirty && !leaving.current) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [dirty]);

  const kind = titleOf(definition.title);
  const name = row
    ? t('editTitle', { label: labelOf(definition, row) })
    : t('createTitle', { title: kind });
  const current = submission.conflict;
  return (
    <Page
      narrow
      name={name}
      title={name}
      above={<Link to={`/records/${definition.name}`}>{kind}</Link>}
      beside={<DraftStatus state={drafts.state} />}
    >
      {draft && (
        <p className="draft-line" role="status">
          {t('draftRestored', { time: instant(draft.saved_at) })}
          <button type="button" className="link-button" onClick={onDiscard}>
            {t('draftDiscard')}
          </button>
        </p>
      )}
      <FaultList definition={definition} faults={faults} attempt={attempt} />
      {submission.problem && <ProblemView problem={submission.problem} />}
      {submission.existing && (
        <p className="draft-line" role="alert">
          <Link to={`/records/${definition.name}/${submission.existing.id}`}>
            {t('existing', { label: submission.existing.label })}
          </Link>
        </p>
      )}
      <form
        noValidate
        className="record-form"
        aria-label={name}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <FormSections form={form} />
        <footer className="form-actions">
          <Button type="primary" htmlType="submit" loading={submission.busy}>
            {t(submission.busy ? 'saving' : 'save')}
          </Button>
          <Button onClick={() => void navigate(back)}>{t('cancel')}</Button>
          <span className="quiet form-hint">{t('submitHint')}</span>
        </footer>
      </form>
      {submission.duplicates.length > 0 && (
        <DuplicatesDialog
          record={definition.name}
          duplicates={submission.duplicates}
          onBack={submission.settle}
          onSave={() => submit(true)}
        />
      )}
      {current && (
        <Resolve
          definition={definition}
          base={base}
          changes={form.changes}
          current={current}
          onCancel={submission.settle}
          onSave={(values) => void submission.retry(values, current)}
        />
      )}
      <LeaveGuard
        blocked={() => dirty && !leaving.current}
        onKeep={drafts.flush}
        onDiscard={() => void drafts.drop()}
      />
    </Page>
  );
}

interface ResolveProps {
  readonly definition: RecordDefinition;
  readonly base: Values;
  readonly changes: Values;
  readonly current: RecordRow;
  readonly onSave: (values: Values) => void;
  readonly onCancel: () => void;
}

function Resolve({
  definition,
  base,
  changes,
  current,
  onSave,
  onCancel,
}: ResolveProps): JSX.Element {
  const differences = conflictsOf(definition, base, changes, current);
  return (
    <ConflictDialog
      definition={definition}
      current={current}
      differences={differences}
      onCancel={onCancel}
      onChoose={(chosen) => onSave({ ...changes, ...chosen })}
    />
  );
}
