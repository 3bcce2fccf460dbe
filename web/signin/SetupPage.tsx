// First run: the root organisation and three separated administrators, bound to the code on the console.
import { useEffect, useState, type FormEvent, type JSX } from 'react';
import { api } from '../client/api';
import { asProblem } from '../client/problem';
import { useText } from '../kit/language';
import { Box } from './Box';
import { Gate } from './Gate';
import { reasonOf } from './reason';
import { signInTexts } from './texts';

const duties = ['system', 'security', 'audit'] as const;
type Faults = Record<string, string>;

const required = [
  'code',
  'organisation.name',
  'organisation.region',
  ...duties.flatMap((duty) =>
    ['login_name', 'display_name', 'password'].map((part) => `administrators.${duty}.${part}`),
  ),
];

function bodyOf(values: Record<string, string>): unknown {
  const administrator = (duty: string): Record<string, string> =>
    Object.fromEntries(
      ['login_name', 'display_name', 'password'].map((part) => [
        part,
        values[`administrators.${duty}.${part}`] ?? '',
      ]),
    );
  const credit = values['organisation.credit_code'];
  return {
    code: values.code?.trim(),
    organisation: {
      name: values['organisation.name'],
      region: values['organisation.region'],
      ...(credit ? { credit_code: credit } : {}),
    },
    administrators: Object.fromEntries(duties.map((duty) => [duty, administrator(duty)])),
  };
}

export function SetupPage(): JSX.Element {
  const t = useText(signInTexts);
  const [needed, setNeeded] = useState(true);
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const [values, setValues] = useState<Record<string, string>>({});
  const [faults, setFaults] = useState<Faults>({});
  const [reason, setReason] = useState('');

  useEffect(() => {
    api<{ needed: boolean }>('setup')
      .then((answer) => setNeeded(answer.needed))
      .catch(() => undefined);
  }, []);

  const check = (): Faults => {
    const found: Faults = {};
    for (const name of required) if (!values[name]?.trim()) found[name] = t('required');
    const names = duties.map((duty) => values[`administrators.${duty}.login_name`]).filter(Boolean);
    if (new Set(names).size < names.length)
      found['administrators.audit.login_name'] = t('distinct');
    return found;
  };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const found = check();
    setFaults(found);
    setReason('');
    if (Object.keys(found).length) return;
    setBusy(true);
    try {
      await api('setup', { method: 'POST', body: bodyOf(values) });
      setDone(true);
    } catch (error) {
      const problem = asProblem(error);
      setFaults(Object.fromEntries(problem.faults.map((fault) => [fault.field, fault.message])));
      setReason(reasonOf(problem, t));
    }
    setBusy(false);
  };

  const box = (name: string, label: string, more: { hint?: string; secret?: boolean } = {}) => (
    <Box
      label={label}
      {...more}
      autoComplete={more.secret ? 'new-password' : 'off'}
      fault={faults[name]}
      value={values[name] ?? ''}
      onChange={(event) => setValues({ ...values, [name]: event.target.value })}
    />
  );

  if (done || !needed)
    return (
      <Gate>
        <p role="status">{t(done ? 'setupDone' : 'setupNotNeeded')}</p>
        <p>
          <a href="/sign-in.html">{t('toSignIn')}</a>
        </p>
      </Gate>
    );

  const count = Object.keys(faults).length;
  return (
    <Gate wide>
      <form onSubmit={submit} noValidate aria-label={t('setupTitle')}>
        <div>
          <h1>{t('setupTitle')}</h1>
          <p className="hint">{t('setupIntro')}</p>
        </div>
        {(reason || count > 0) && (
          <div className="alert" role="alert">
            {reason || t('faults', { count })}
          </div>
        )}
        {box('code', t('setupCode'), { hint: t('setupCodeHint') })}
        <h2>{t('organisation')}</h2>
        <div className="pair">
          {box('organisation.name', t('organisationName'))}
          {box('organisation.region', t('region'), { hint: t('regionHint') })}
          {box('organisation.credit_code', t('creditCode'))}
        </div>
        <div>
          <h2>{t('administrators')}</h2>
          <p className="hint">{t('administratorsHint')}</p>
        </div>
        {duties.map((duty) => (
          <fieldset key={duty}>
            <legend>
              {t(duty)}
              <span>{t(`${duty}Duty`)}</span>
            </legend>
            <div className="pair">
              {box(`administrators.${duty}.display_name`, t('displayName'))}
              {box(`administrators.${duty}.login_name`, t('loginName'))}
              {box(`administrators.${duty}.password`, t('password'), { secret: true })}
            </div>
          </fieldset>
        ))}
        <p className="hint">{t('passwordRule')}</p>
        <button className="main-action" disabled={busy}>
          {busy ? t('working') : t('create')}
        </button>
      </form>
    </Gate>
  );
}
