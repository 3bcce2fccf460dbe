// What must be done before anything else: a password of one's own, a second factor where a role needs it.
import { useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { signOut } from '../app/signOut';
import type { Session } from '../client/types';
import { useText } from '../kit/language';
import { Theme } from '../kit/Theme';
import './account.css';
import { PasswordForm } from './PasswordForm';
import { accountTexts } from './texts';
import { TotpSection } from './TotpSection';

export interface FirstStepsProps {
  readonly session: Session;
}

export function FirstSteps({ session }: FirstStepsProps): JSX.Element {
  const t = useText(accountTexts);
  const client = useQueryClient();
  const again = (): void => void client.invalidateQueries({ queryKey: ['session'] });
  const password = session.must_change_password;
  return (
    <Theme>
      <main className="first-steps">
        <h1>{t(password ? 'firstPassword' : 'firstTotp')}</h1>
        <p>{t(password ? 'firstPasswordHint' : 'firstTotpHint')}</p>
        {password ? (
          <PasswordForm session={session} onChanged={again} />
        ) : (
          <TotpSection session={session} onChanged={again} />
        )}
        <p style={{ marginTop: 24 }}>
          <button type="button" className="link-button" onClick={() => void signOut()}>
            {t('signOut')}
          </button>
        </p>
      </main>
    </Theme>
  );
}
