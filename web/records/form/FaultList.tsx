// All faults at once, each leading to its field.
import { useEffect, useRef, type JSX } from 'react';
import type { RecordDefinition } from '../../client/types';
import { titleOf, useText } from '../../kit/language';
import { fieldOf } from '../fields';
import { jumpTo, readPath } from './paths';
import { formTexts } from './texts';
import type { FormFault } from './validate';

export interface FaultListProps {
  readonly definition: RecordDefinition;
  readonly faults: readonly FormFault[];
  readonly attempt: number;
}

function placeTitle(definition: RecordDefinition, path: string): string {
  const place = readPath(path);
  if (!place.rows)
    return titleOf(
      fieldOf(definition, place.field)?.title ??
        definition.rows.find(({ name }) => name === place.field)?.title,
    );
  const rows = definition.rows.find(({ name }) => name === place.rows);
  const field = rows?.fields.find(({ name }) => name === place.field);
  return `${titleOf(rows?.title)} ${(place.at ?? 0) + 1}${field ? ` · ${titleOf(field.title)}` : ''}`;
}

export function FaultList({ definition, faults, attempt }: FaultListProps): JSX.Element | null {
  const t = useText(formTexts);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (attempt > 0) box.current?.focus();
  }, [attempt]);
  if (faults.length === 0) return null;
  return (
    <div ref={box} className="fault-list" role="alert" tabIndex={-1}>
      <h2>{t('faultsTitle', { count: faults.length })}</h2>
      <ul>
        {faults.map(({ path, message }) => (
          <li key={path + message}>
            <button
              type="button"
              className="link-button"
              aria-label={t('jump', { title: placeTitle(definition, path) })}
              onClick={() => jumpTo(path)}
            >
              {placeTitle(definition, path) || path}
            </button>
            {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
