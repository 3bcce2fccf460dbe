// The person: account, language, look, keys, sign-out.
import { Dropdown } from 'antd';
import type { JSX } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../client/api';
import { useSession } from '../client/queries';
import { Icon } from '../kit/Icon';
import { setLanguage, useLanguage, useText } from '../kit/language';
import { setLook, useLook, type Look } from '../kit/look';
import { signOut } from './signOut';
import { appTexts } from './texts';

export interface UserMenuProps {
  readonly onHelp: () => void;
}

export function UserMenu({ onHelp }: UserMenuProps): JSX.Element {
  const t = useText(appTexts);
  const { user } = useSession();
  const language = useLanguage();
  const look = useLook();
  const navigate = useNavigate();

  const changeLanguage = (): void => {
    const next = language === 'zh' ? 'en' : 'zh';
    setLanguage(next);
    void api('account', { method: 'PATCH', body: { language: next } }).catch(() => undefined);
  };
  const looks: readonly Look[] = ['light', 'dark', 'system'];
  const items = [
    {
      key: 'account',
      icon: <Icon name="user" />,
      label: t('account'),
      onClick: () => void navigate('/account'),
    },
    {
      key: 'language',
      icon: <Icon name="globe" />,
      label: <span translate="no">{t('language')}</span>,
      onClick: changeLanguage,
    },
    {
      key: 'look',
      icon: <Icon name="moon" />,
      label: t('look'),
      children: looks.map((each) => ({
        key: each,
        label: t(each),
        icon: look === each ? <Icon name="check" /> : <span style={{ width: 16 }} />,
        onClick: () => setLook(each),
      })),
    },
    { key: 'help', icon: <Icon name="help" />, label: t('help'), extra: '?', onClick: onHelp },
    { type: 'divider' as const },
    { key: 'out', icon: <Icon name="exit" />, label: t('signOut'), onClick: () => void signOut() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={['click']} placement="topLeft">
      <button type="button" className="user-button">
        <span className="user-face" aria-hidden>
          {user.display_name.slice(0, 1)}
        </span>
        <span>
          <strong>{user.display_name}</strong>
          <small>{user.organisation.name}</small>
        </span>
        <Icon name="up" size={14} />
      </button>
    </Dropdown>
  );
}
