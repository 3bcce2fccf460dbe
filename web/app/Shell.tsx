// The frame of every page after sign-in: menu, search, keys, user menu.
import { lazy, Suspense, useEffect, useRef, useState, type JSX } from 'react';
import { Link, NavLink, Outlet, useLocation, useNavigate } from 'react-router';
import { Icon } from '../kit/Icon';
import { useText } from '../kit/language';
import { useKeys } from '../kit/useKeys';
import { Palette } from './Palette';
import './shell.css';
import { appTexts } from './texts';
import { useEvents } from './useEvents';
import { useMenu } from './useMenu';
import { UserMenu } from './UserMenu';

// What needs Ant Design comes when it is first needed; the workbench stands without it.
const KeyHelp = lazy(() => import('./KeyHelp').then((module) => ({ default: module.KeyHelp })));

export function Shell(): JSX.Element {
  const t = useText(appTexts);
  const groups = useMenu();
  const navigate = useNavigate();
  const location = useLocation();
  const [open, setOpen] = useState(false);
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  useEvents();

  useEffect(() => setOpen(false), [location.pathname]);

  const search = (): void => {
    const box = document.getElementById('page-search');
    if (box) box.focus();
    else setPalette(true);
  };
  const go = Object.fromEntries(
    groups.flatMap(({ items }) =>
      items.map(({ letter, path }) => [`g ${letter}`, () => void navigate(path)]),
    ),
  );
  useKeys({
    '/': search,
    '?': () => setHelp(true),
    'Ctrl+k': () => setPalette(true),
    'g m': () => void navigate('/account'),
    ...go,
  });

  return (
    <div className={open ? 'shell menu-open' : 'shell'}>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <header className="phone-bar no-print">
        <button
          type="button"
          className="icon-button"
          aria-label={t(open ? 'closeMenu' : 'openMenu')}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'close' : 'menu'} size={22} />
        </button>
        <Link to="/" className="brand">
          <img src="/mark.svg" alt="" />
          {t('product')}
        </Link>
        <button
          type="button"
          className="icon-button"
          aria-label={t('search')}
          onClick={() => setPalette(true)}
        >
          <Icon name="search" size={22} />
        </button>
      </header>
      <nav className="side no-print" aria-label={t('menu')}>
        <Link to="/" className="brand">
          <img src="/mark.svg" alt="" />
          {t('product')}
        </Link>
        <button type="button" className="side-search" onClick={() => setPalette(true)}>
          <Icon name="search" />
          <span>{t('search')}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <div className="side-groups">
          {groups.map(({ title, items }) => (
            <section key={title}>
              {title && <h2>{title}</h2>}
              <ul>
                {items.map((item) => (
                  <li key={item.path}>
                    <NavLink to={item.path} end={item.path === '/'}>
                      <Icon name={item.icon} size={17} />
                      {item.title}
                    </NavLink>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
        <UserMenu onHelp={() => setHelp(true)} />
      </nav>
      {open && (
        <button
          type="button"
          className="shade"
          aria-label={t('closeMenu')}
          onClick={() => setOpen(false)}
        />
      )}
      <main id="content" ref={main} tabIndex={-1}>
        <OfflineLine />
        <Outlet />
      </main>
      {palette && <Palette onClose={() => setPalette(false)} />}
      {help && (
        <Suspense>
          <KeyHelp onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </div>
  );
}

function OfflineLine(): JSX.Element | null {
  const t = useText(appTexts);
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = (): void => setOnline(navigator.onLine);
    window.addEventListener('online', update);
    window.addEventListener('offline', update);
    return () => {
      window.removeEventListener('online', update);
      window.removeEventListener('offline', update);
    };
  }, []);
  return online ? null : (
    <p className="offline" role="status">
      {t('offline')}
    </p>
  );
}
