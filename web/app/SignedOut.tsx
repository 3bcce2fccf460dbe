// The session ended while somebody was working: sign in again right here, so that nothing is lost.
import { Button, Input, Modal } from 'antd';
import { useState, type JSX } from 'react';
import { api, setCsrf } from '../client/api';
import { asProblem } from '../client/problem';
import { queryClient } from '../client/queries';
import type { Session } from '../client/types';
import { useText } from '../kit/language';
import { Theme } from '../kit/Theme';
import { appTexts } from './texts';

export interface SignedOutProps {
  readonly user: Session['user'];
  readonly onBack: () => void;
}

export function SignedOut({ user, onBack }: SignedOutProps): JSX.Element {
  const t = useText(appTexts);
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState('');
  const elsewhere = `/sign-in.html?next=${encodeURIComponent(location.pathname + location.search)}`;

  const signIn = async (): Promise<void> => {
    setBusy(true);
    try {
      const body = { login_name: user.login_name, password };
      const session = await api<Session>('session', { method: 'POST', body });
      setCsrf(session.csrf);
      queryClient.setQueryData(['session'], session);
      onBack();
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === 'AUTH_MFA_REQUIRED') location.assign(elsewhere);
      else setReason(problem.message);
      setBusy(false);
    }
  };

  return (
    <Theme>
      <Modal open closable={false} title={t('signedOut')} footer={null} width={420}>
        <form
          style={{ display: 'grid', gap: 12 }}
          onSubmit={(event) => {
            event.preventDefault();
            void signIn();
          }}
        >
          <p>{t('signedOutHint')}</p>
          <label>
            {user.display_name}（{user.login_name}）· {t('password')}
            <Input.Password
              autoFocus
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </label>
          {reason && (
            <p role="alert" style={{ color: 'var(--red)' }}>
              {reason}
            </p>
          )}
          <Button type="primary" htmlType="submit" loading={busy} disabled={!password}>
            {t('signIn')}
          </Button>
          <a href={elsewhere}>{t('signInElsewhere')}</a>
        </form>
      </Modal>
    </Theme>
  );
}
