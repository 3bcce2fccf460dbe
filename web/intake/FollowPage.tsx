// How a report stands, for whoever holds its number and code.
import { useState, type FormEvent, type JSX } from 'react';
import { api } from '../client/api';
import { asProblem } from '../client/problem';
import { language, useText } from '../kit/language';
import { sentBefore } from './store';
import { intakeTexts } from './texts';
import type { Progress } from './types';

function shown(value: unknown): string {
  if (value && typeof value === 'object' && 'label' in value) return String(value.label);
  if (value && typeof value === 'object' && 'title' in value) return String(value.title);
  const text = String(value ?? '');
  const instant = /^\d{4}-\d\d-\d\dT/.test(text);
  if (!instant) return text;
  return new Intl.DateTimeFormat(language() === 'en' ? 'en-GB' : 'zh-CN', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'Asia/Shanghai',
  }).format(new Date(text));
}

export function FollowPage(): JSX.Element {
  const t = useText(intakeTexts);
  const [number, setNumber] = useState(sentBefore()[0] ?? '');
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const [progress, setProgress] = useState<Progress>();

  const look = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!number.trim() || !code.trim()) return setTrouble(t('required'));
    setBusy(true);
    setTrouble('');
    setProgress(undefined);
    try {
      setProgress(
        await api<Progress>('intake-progress', { method: 'POST', body: { number, code } }),
      );
    } catch (error) {
      const problem = asProblem(error);
      setTrouble(problem.status === 0 ? t('network') : problem.message);
    }
    setBusy(false);
  };

  return (
    <form onSubmit={look} noValidate aria-label={t('follow')}>
      {trouble && (
        <div className="alert" role="alert">
          {trouble}
        </div>
      )}
      <div className="field">
        <label htmlFor="number">{t('number')}</label>
        <input
          id="number"
          list="mine"
          value={number}
          placeholder={t('numberHint')}
          autoComplete="off"
          autoCapitalize="characters"
          onChange={(event) => setNumber(event.target.value)}
        />
        <datalist id="mine" aria-label={t('mine')}>
          {sentBefore().map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </div>
      <div className="field">
        <label htmlFor="code">{t('code')}</label>
        <input
          id="code"
          value={code}
          autoComplete="off"
          autoCapitalize="characters"
          maxLength={12}
          onChange={(event) => setCode(event.target.value)}
        />
      </div>
      <button className="main-action" disabled={busy}>
        {busy ? t('looking') : t('look')}
      </button>
      {progress && (
        <section className="progress" aria-label={progress.title} role="status">
          <h2>{progress.title}</h2>
          <p className="number">{progress.number}</p>
          <dl>
            {progress.fields.map((field) => (
              <div key={field.name}>
                <dt>{field.title}</dt>
                <dd>{shown(field.value)}</dd>
              </div>
            ))}
          </dl>
          {progress.fields.length === 0 && <p className="hint">{t('nothingYet')}</p>}
          {progress.steps.length > 0 && (
            <>
              <h3>{t('steps')}</h3>
              <ol>
                {progress.steps.map((step) => (
                  <li key={step.at}>
                    <span>{shown(step.at)}</span> {shown(step.state)}
                  </li>
                ))}
              </ol>
            </>
          )}
        </section>
      )}
    </form>
  );
}
