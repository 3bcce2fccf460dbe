// A public form from its description to the receipt. What is written survives a reload and a lost line.
import { useEffect, useRef, useState, type FormEvent, type JSX } from 'react';
import { api } from '../client/api';
import { asProblem } from '../client/problem';
import { decide, parseRule, type RuleValue } from '../rules/rules';
import { Instant } from '../rules/values';
import { useText } from '../kit/language';
import { Field } from './Field';
import { ReceiptCard } from './ReceiptCard';
import { clearDraft, loadDraft, rememberSent, saveDraft } from './store';
import { intakeTexts } from './texts';
import type { IntakeField, IntakeForm, Receipt, Value, Values } from './types';

export interface ReportFormProps {
  readonly form: IntakeForm;
}

const plain = (value: Value): RuleValue =>
  typeof value === 'string' || typeof value === 'boolean' ? value : null;

// A field that is needed only in a certain case is asked for only in that case.
function asked(field: IntakeField, values: Values): boolean {
  if (!field.required_if) return true;
  const names = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, plain(value)]),
  );
  return decide(parseRule(field.required_if), names, { now: new Instant(Date.now()) }) === true;
}

function empty(value: Value): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

export function ReportForm({ form }: ReportFormProps): JSX.Element {
  const t = useText(intakeTexts);
  const [kept, setKept] = useState(() => loadDraft(form.name));
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [trouble, setTrouble] = useState('');
  const [agreed, setAgreed] = useState(false);
  const [sending, setSending] = useState(false);
  const [uploads, setUploads] = useState(0);
  const [receipt, setReceipt] = useState<Receipt>();
  const alert = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!receipt && Object.keys(kept.values).length) saveDraft(form.name, kept);
  }, [form.name, kept, receipt]);

  const fields = form.fields.filter((field) => asked(field, kept.values));
  const refuse = (found: Readonly<Record<string, string>>, sentence = ''): void => {
    setFaults(found);
    setTrouble(sentence);
    requestAnimationFrame(() => {
      const first = document.querySelector<HTMLElement>('[aria-invalid=true]');
      (first ?? alert.current)?.focus();
    });
  };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const found: Record<string, string> = {};
    for (const field of fields)
      if ((field.required || field.required_if) && empty(kept.values[field.name]))
        found[field.name] = t('required');
    if (Object.keys(found).length) return refuse(found);
    if (form.consent && !agreed) return refuse({}, t('consentNeeded'));
    if (uploads) return refuse({}, t('waitFiles'));
    setSending(true);
    refuse({});
    const body = Object.fromEntries(
      fields
        .filter((field) => !empty(kept.values[field.name]))
        .map((field) => [field.name, kept.values[field.name]]),
    );
    try {
      const answer = await api<Receipt>(`intake/${form.name}`, {
        method: 'POST',
        body,
        idempotencyKey: kept.key,
      });
      rememberSent(answer);
      setReceipt(answer);
      setKept(clearDraft(form.name));
    } catch (error) {
      const problem = asProblem(error);
      const named = Object.fromEntries(problem.faults.map((fault) => [fault.field, fault.message]));
      refuse(
        named,
        problem.status === 0 ? t('network') : problem.faults.length ? '' : problem.message,
      );
      // A key that was used for other content opens nothing any more.
      if (problem.code === 'IDEMPOTENCY_MISMATCH')
        setKept({ ...clearDraft(form.name), values: kept.values });
    }
    setSending(false);
  };

  if (receipt)
    return (
      <ReceiptCard
        receipt={receipt}
        done={form.done}
        onAnother={() => {
          setReceipt(undefined);
          setAgreed(false);
        }}
      />
    );

  const count = Object.keys(faults).length;
  return (
    <form onSubmit={submit} noValidate aria-label={form.title}>
      <p className="purpose">{form.purpose}</p>
      {(count > 0 || trouble) && (
        <div className="alert" role="alert" tabIndex={-1} ref={alert}>
          {trouble || t('faults', { count })}
        </div>
      )}
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={kept.values[field.name]}
          fault={faults[field.name]}
          form={form.name}
          intent={kept.key}
          onBusy={(busy) => setUploads((before) => before + (busy ? 1 : -1))}
          onChange={(value) => {
            setKept((before) => ({ ...before, values: { ...before.values, [field.name]: value } }));
            setFaults(({ [field.name]: _, ...rest }) => rest);
          }}
        />
      ))}
      {form.consent && (
        <label className="check">
          <input
            type="checkbox"
            checked={agreed}
            onChange={(event) => setAgreed(event.target.checked)}
          />
          <span>{form.consent}</span>
        </label>
      )}
      <button className="main-action" disabled={sending}>
        {sending ? t('sending') : t('send')}
      </button>
      {Object.keys(kept.values).length > 0 && <p className="hint centre">{t('draftKept')}</p>}
    </form>
  );
}
