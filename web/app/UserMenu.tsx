// The person: account, language, look, keys, sign-out.
import { useEffect, useRef, useState, type JSX } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../client/api';
import { useSession } from '../client/queries';
import { Icon } from '../kit/Icon';
import { setLanguage, useLanguage, useText } from '../kit/language';
import { setLook, useLook, type Look } from '../kit/look';
import { signOut } from './signOut';
import { appTexts } from './texts';

const looks: readonly Look[] = ['light', 'dark', 'system'];

export interface UserMenuProps {
  readonly onHelp: () => void;
}

export function UserMenu({ onHelp }: UserMenuProps): JSX.Element {
  const t = useText(appTexts);
  const { user } = useSession();
  const language = useLanguage();
  const look = useLook();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    window.addEventListener('pointerdown', outside);
    return () => window.removeEventListener('pointerdown', outside);
  }, [open]);

  const changeLanguage = (): void => {
    const next = language === 'zh' ? 'en' : 'zh';
    setLanguage(next);
    void api('account', { method: 'PATCH', body: { language: next } }).catch(() => undefined);
  };
  const act = (then: () => void) => (): void => {
    setOpen(false);
    then();
  };
  return (
    <div
      className="user-menu"
      ref={box}
      onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
      onBlur={({ relatedTarget }) =>
        relatedTarget && !box.current?.contains(relatedTarget) && setOpen(false)
      }
    >
      {open && (
        <div className="user-choices" role="group" aria-label={user.display_name}>
          <button type="button" onClick={act(() => void navigate('/account'))}>
            <Icon name="user" /> {t('account')}
          </button>
          <button type="button" translate="no" onClick={act(changeLanguage)}>
            <Icon name="globe" /> {t('language')}
          </button>
          <fieldset>
            <legend>
              <Icon name="moon" /> {t('look')}
            </legend>
            {looks.map((each) => (
              <label key={each}>
                <input
                  type="radio"
                  name="look"
                  checked={look === each}
                  onChange={() => setLook(each)}
                />
                {t(each)}
              </label>
            ))}
          </fieldset>
          <button type="button" onClick={act(onHelp)}>
            <Icon name="help" /> {t('help')} <kbd>?</kbd>
          </button>
          <button type="button" className="apart" onClick={act(() => void signOut())}>
            <Icon name="exit" /> {t('signOut')}
          </button>
        </div>
      )}
      <button
        type="button"
        className="user-button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span className="user-face" aria-hidden>
          {user.display_name.slice(0, 1)}
        </span>
        <span>
          <strong>{user.display_name}</strong>
          <small>{user.organisation.name}</small>
        </span>
        <Icon name="up" size={14} />
      </button>
    </div>
  );
}
