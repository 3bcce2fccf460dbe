// Search everything: pages by name, records by what their lists search in.
import { useQueries } from '@tanstack/react-query';
import { useEffect, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';
import { api, withQuery } from '../client/api';
import { useDefinitions } from '../client/queries';
import type { Page, RecordRow } from '../client/types';
import { Icon, type IconName } from '../kit/Icon';
import { titleOf, useLanguage, useText } from '../kit/language';
import { labelOf } from '../records/labels';
import './palette.css';
import { appTexts } from './texts';
import { useMenu } from './useMenu';

interface Hit {
  readonly path: string;
  readonly title: string;
  readonly note: string;
  readonly icon: IconName;
}

function useHits(text: string): { hits: readonly Hit[]; busy: boolean } {
  const t = useText(appTexts);
  const language = useLanguage();
  const groups = useMenu();
  const records = Object.values(useDefinitions().data?.records ?? {}).filter(
    ({ rights, list }) => rights.includes('read') && list.search.length > 0,
  );
  const answers = useQueries({
    queries: records.map(({ name, list, label, number }) => ({
      queryKey: ['palette', name, text],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api<Page<RecordRow>>(
          withQuery(`records/${name}`, {
            q: text,
            limit: 5,
            columns: [...new Set([number ? 'number' : '', label, ...list.columns.slice(0, 3)])]
              .filter(Boolean)
              .join(','),
          }),
          { signal },
        ),
      enabled: text.length > 0,
    })),
  });
  const pages = groups
    .flatMap(({ items }) => items)
    .filter(({ title }) => !text || title.toLowerCase().includes(text.toLowerCase()))
    .map(({ path, title, icon }) => ({ path, title, icon, note: t('searchGo') }));
  const found = records.flatMap((record, at): Hit[] => {
    const rows = answers[at]?.data?.items ?? [];
    const title = titleOf(record.title, language);
    const hits = rows.map((row) => ({
      path: `/records/${record.name}/${row.id}`,
      title: labelOf(record, row),
      note: `${title} ${row.number ?? ''}`,
      icon: 'file' as const,
    }));
    if (!hits.length) return [];
    const all = {
      path: withQuery(`/records/${record.name}`, { q: text }),
      title: t('searchAll', { title }),
      note: '',
      icon: 'search' as const,
    };
    return [...hits, all];
  });
  return {
    hits: text ? [...found, ...pages] : pages,
    busy: answers.some(({ isFetching }) => isFetching),
  };
}

export interface PaletteProps {
  readonly onClose: () => void;
}

export function Palette({ onClose }: PaletteProps): JSX.Element {
  const t = useText(appTexts);
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const { hits, busy } = useHits(text);

  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    const timer = setTimeout(() => setText(typed.trim()), 200);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => setActive(0), [text]);

  const open = (hit: Hit | undefined): void => {
    if (!hit) return;
    onClose();
    void navigate(hit.path);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setActive(Math.min(active + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0));
    else if (event.key === 'Enter') open(hits[active]);
    else return;
    event.preventDefault();
  };

  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label={t('search')}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="palette-box">
        <Icon name="search" size={18} />
        <input
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls="palette-hits"
          aria-activedescendant={hits[active] ? `hit-${active}` : undefined}
          aria-label={t('searchHint')}
          placeholder={t('searchHint')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={press}
        />
      </div>
      <ul id="palette-hits" role="listbox" aria-label={t('search')} aria-busy={busy}>
        {hits.map((hit, at) => (
          <li
            key={hit.path}
            id={`hit-${at}`}
            role="option"
            aria-selected={at === active}
            onMouseMove={() => setActive(at)}
            onClick={() => open(hit)}
          >
            <Icon name={hit.icon} />
            <span>{hit.title}</span>
            <small>{hit.note}</small>
          </li>
        ))}
      </ul>
      {text && !busy && hits.length === 0 && (
        <p className="palette-none">{t('searchNone', { text })}</p>
      )}
    </dialog>
  );
}
