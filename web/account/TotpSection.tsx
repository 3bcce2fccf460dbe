// The second step: password, QR code drawn here, first code, recovery codes.
import { App, Button, Input, QRCode } from 'antd';
import { useState, type JSX } from 'react';
import { api } from '../client/api';
import { asProblem } from '../client/problem';
import type { Session } from '../client/types';
import { useText } from '../kit/language';
import { accountTexts } from './texts';

export interface TotpSectionProps {
  readonly session: Session;
  readonly onChanged: () => void;
}

type Step =
  | { readonly at: 'idle' }
  | { readonly at: 'password'; readonly stop: boolean }
  | { readonly at: 'scan'; readonly secret: string; readonly uri: string }
  | { readonly at: 'recovery'; readonly codes: readonly string[] };

export function TotpSection({ session, onChanged }: TotpSectionProps): JSX.Element {
  const t = useText(accountTexts);
  const [step, setStep] = useState<Step>({ at: 'idle' });
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');

  const run = async (act: () => Promise<Step>): Promise<void> => {
    setReason('');
    try {
      setStep(await act());
      setTyped('');
    } catch (error) {
      const problem = asProblem(error);
      setReason(problem.faults[0]?.message ?? problem.message);
    }
  };
  const start = async (): Promise<Step> => {
    const answer = await api<{ secret: string; uri: string }>('account/totp', {
      method: 'POST',
      body: { password: typed },
    });
    return { at: 'scan', ...answer };
  };
  const stop = async (): Promise<Step> => {
    await api('account/totp', { method: 'DELETE', body: { password: typed } });
    onChanged();
    return { at: 'idle' };
  };
  const confirm = async (): Promise<Step> => {
    const { recovery_codes } = await api<{ recovery_codes: string[] }>('account/totp/confirm', {
      method: 'POST',
      body: { code: typed.trim() },
    });
    return { at: 'recovery', codes: recovery_codes };
  };

  if (step.at === 'recovery')
    return (
      <RecoveryCodes codes={step.codes} onDone={() => (setStep({ at: 'idle' }), onChanged())} />
    );
  if (step.at === 'idle')
    return (
      <p>
        <span
          className={session.second_factor ? 'badge green' : 'badge'}
          style={{ marginRight: 12 }}
        >
          {t(session.second_factor ? 'totpOn' : 'totpOff')}
        </span>
        <Button onClick={() => setStep({ at: 'password', stop: session.second_factor })}>
          {t(session.second_factor ? 'totpStop' : 'totpStart')}
        </Button>
      </p>
    );
  const asking = step.at === 'password';
  return (
    <form
      className="account-form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(asking ? (step.stop ? stop : start) : confirm);
      }}
    >
      {step.at === 'scan' && (
        <div className="totp">
          <div role="img" aria-label={t('totpQr')}>
            <QRCode value={step.uri} size={180} type="svg" color="#000" bgColor="#fff" />
          </div>
          <p>
            {t('totpScan')}
            <br />
            <code translate="no">
              {(step.secret.match(/.{1,4}/g) ?? []).map((group, at) => (
                <span key={at}>{group} </span>
              ))}
            </code>
          </p>
        </div>
      )}
      <label>
        {t(asking ? 'totpPassword' : 'totpCode')}
        {asking ? (
          <Input.Password
            autoFocus
            autoComplete="current-password"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        ) : (
          <Input
            autoFocus
            inputMode="numeric"
            maxLength={6}
            autoComplete="one-time-code"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </label>
      {reason && (
        <p className="fault" role="alert">
          {reason}
        </p>
      )}
      <div style={{ display: 'flex', gap: 8 }}>
        <Button type="primary" htmlType="submit" disabled={!typed}>
          {t(asking ? 'continue' : 'totpConfirm')}
        </Button>
        <Button onClick={() => setStep({ at: 'idle' })}>{t('cancel')}</Button>
      </div>
    </form>
  );
}

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly onDone: () => void;
}

function RecoveryCodes({ codes, onDone }: RecoveryCodesProps): JSX.Element {
  const t = useText(accountTexts);
  const { message } = App.useApp();
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(codes.join('\n'));
    void message.success(t('copied'));
  };
  return (
    <div>
      <h2>{t('recovery')}</h2>
      <p className="quiet">{t('recoveryHint')}</p>
      <ol className="recovery-codes" translate="no">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="no-print" style={{ display: 'flex', gap: 8 }}>
        <Button type="primary" onClick={onDone}>
          {t('recoveryDone')}
        </Button>
        <Button onClick={() => void copy()}>{t('recoveryCopy')}</Button>
        <Button onClick={() => window.print()}>{t('recoveryPrint')}</Button>
      </div>
    </div>
  );
}
