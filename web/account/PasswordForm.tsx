// Changing the password, with the policy checked while typing.
import { Button, Input } from 'antd';
import { useId, useState, type FormEvent, type JSX } from 'react';
import { api } from '../client/api';
import { asProblem } from '../client/problem';
import type { Session } from '../client/types';
import { Icon } from '../kit/Icon';
import { useText } from '../kit/language';
import './account.css';
import { passwordRules } from './passwordRules';
import { accountTexts } from './texts';

export interface PasswordFormProps {
  readonly session: Session;
  readonly onChanged: () => void;
}

export function PasswordForm({ session, onChanged }: PasswordFormProps): JSX.Element {
  const t = useText(accountTexts);
  const id = useId();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [repeat, setRepeat] = useState('');
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const length = session.roles.some((role) => role.endsWith('administrator')) ? 12 : 10;
  const rules = passwordRules(next, repeat, session.user.login_name, length);
  const ready = current !== '' && rules.every(({ met }) => met);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFaults({});
    try {
      await api('account/password', { method: 'POST', body: { current, new: next } });
      setCurrent('');
      setNext('');
      setRepeat('');
      onChanged();
    } catch (error) {
      const problem = asProblem(error);
      const named = Object.fromEntries(
        problem.faults.map(({ field, message }) => [field, message]),
      );
      setFaults(Object.keys(named).length ? named : { form: problem.message });
    }
    setBusy(false);
  };
  const box = (
    name: 'current' | 'new' | 'repeat',
    value: string,
    set: (text: string) => void,
  ): JSX.Element => (
    <div>
      <label htmlFor={`${id}${name}`}>{t(name)}</label>
      <Input.Password
        id={`${id}${name}`}
        autoComplete={name === 'current' ? 'current-password' : 'new-password'}
        status={faults[name] ? 'error' : undefined}
        value={value}
        onChange={(event) => set(event.target.value)}
      />
      {faults[name] && (
        <p className="fault" role="alert">
          {faults[name]}
        </p>
      )}
    </div>
  );
  return (
    <form className="account-form" onSubmit={submit} aria-label={t('password')}>
      {faults.form && (
        <p className="fault" role="alert">
          {faults.form}
        </p>
      )}
      {box('current', current, setCurrent)}
      {box('new', next, setNext)}
      {box('repeat', repeat, setRepeat)}
      <ul className="rules" aria-live="polite">
        {rules.map(({ key, met }) => (
          <li key={key} className={met ? 'met' : undefined}>
            <Icon name={met ? 'check' : 'circle'} size={14} />
            {t(key, { count: length })}
            <span className="unseen">{t(met ? 'ruleMet' : 'ruleOpen')}</span>
          </li>
        ))}
      </ul>
      <Button type="primary" htmlType="submit" loading={busy} disabled={!ready}>
        {t('change')}
      </Button>
    </form>
  );
}
