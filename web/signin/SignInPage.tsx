// Sign-in: password, then the second factor where the account has one.
import { useState, type FormEvent, type JSX } from 'react';
import { api } from '../client/api';
import { asProblem } from '../client/problem';
import type { Session } from '../client/types';
import { setLanguage, useText } from '../kit/language';
import { Box } from './Box';
import { Gate } from './Gate';
import { reasonOf } from './reason';
import { signInTexts } from './texts';

export interface SignInPageProps {
  readonly onSignedIn: (session: Session) => void;
}

export function SignInPage({ onSignedIn }: SignInPageProps): JSX.Element {
  const [token, setToken] = useState<string>();

  const finish = (session: Session): void => {
    if (!localStorage.getItem('weijian.language'))
      setLanguage(session.user.language === 'en' ? 'en' : 'zh');
    const { last_success, last_failure } = session;
    sessionStorage.setItem('weijian.last', JSON.stringify({ last_success, last_failure }));
    onSignedIn(session);
  };

  return (
    <Gate>
      {token ? (
        <SecondFactor token={token} onSignedIn={finish} onBack={() => setToken(undefined)} />
      ) : (
        <Password onSignedIn={finish} onSecondFactor={setToken} />
      )}
    </Gate>
  );
}

interface PasswordProps {
  readonly onSignedIn: (session: Session) => void;
  readonly onSecondFactor: (token: string) => void;
}

function Password({ onSignedIn, onSecondFactor }: PasswordProps): JSX.Element {
  const t = useText(signInTexts);
  const [loginName, setLoginName] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState('');

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!loginName.trim() || !password) {
      setReason(t('missing'));
      return;
    }
    setBusy(true);
    try {
      const body = { login_name: loginName.trim(), password };
      onSignedIn(await api<Session>('session', { method: 'POST', body }));
    } catch (error) {
      const problem = asProblem(error);
      const token = problem.parameter('mfa_token');
      if (problem.code === 'AUTH_MFA_REQUIRED' && token) onSecondFactor(String(token));
      else setReason(reasonOf(problem, t));
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit} noValidate aria-label={t('signIn')}>
      <h1>{t('signIn')}</h1>
      {reason && (
        <div className="alert" role="alert">
          {reason}
        </div>
      )}
      <Box
        label={t('loginName')}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        autoFocus
        value={loginName}
        onChange={(event) => setLoginName(event.target.value)}
      />
      <Box
        label={t('password')}
        name="password"
        secret
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <button className="main-action" disabled={busy}>
        {busy ? t('working') : t('signIn')}
      </button>
      <p className="hint">{t('forgotten')}</p>
    </form>
  );
}

interface SecondFactorProps {
  readonly token: string;
  readonly onSignedIn: (session: Session) => void;
  readonly onBack: () => void;
}

function SecondFactor({ token, onSignedIn, onBack }: SecondFactorProps): JSX.Element {
  const t = useText(signInTexts);
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState('');

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const given = code.trim();
    try {
      const body = recovery
        ? { mfa_token: token, recovery_code: given }
        : { mfa_token: token, code: given };
      onSignedIn(await api<Session>('session/second-factor', { method: 'POST', body }));
    } catch (error) {
      const problem = asProblem(error);
      setReason(problem.body.title ?? reasonOf(problem, t));
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit} noValidate aria-label={t('secondFactor')}>
      <div>
        <h1>{t('secondFactor')}</h1>
        <p className="hint">{t(recovery ? 'recoveryHint' : 'codeHint')}</p>
      </div>
      {reason && (
        <div className="alert" role="alert">
          {reason}
        </div>
      )}
      <Box
        key={String(recovery)}
        label={t(recovery ? 'recoveryCode' : 'code')}
        autoFocus
        autoComplete="one-time-code"
        inputMode={recovery ? 'text' : 'numeric'}
        maxLength={recovery ? 40 : 6}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <button className="main-action" disabled={busy || !code.trim()}>
        {busy ? t('working') : t('verify')}
      </button>
      <div>
        <button
          type="button"
          className="link"
          onClick={() => {
            setRecovery(!recovery);
            setCode('');
          }}
        >
          {t(recovery ? 'useCode' : 'useRecovery')}
        </button>
        <br />
        <button type="button" className="link" onClick={onBack}>
          {t('back')}
        </button>
      </div>
    </form>
  );
}
