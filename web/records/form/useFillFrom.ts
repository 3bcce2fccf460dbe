// A look-up fills other fields: when the record it points to changes, the server says what it fills.
import { useEffect, useRef } from 'react';
import { api } from '../../client/api';
import type { Values } from '../../client/types';
import { isReference } from '../labels';
import { isBlank } from '../values/FieldValue';
import { bodyOf } from './changes';
import type { RecordForm } from './useRecordForm';

const idOf = (value: unknown): string => (isReference(value) ? value.id : '');

export function useFillFrom({ definition, values, changes, fill }: RecordForm): void {
  const filled = definition.fields.filter(({ fill_from }) => fill_from);
  const sources = [...new Set(filled.map(({ fill_from }) => fill_from!.split('.')[0]!))];
  const now = sources.map((name) => idOf(values[name])).join();
  const before = useRef(now);
  useEffect(() => {
    if (now === before.current) return undefined;
    before.current = now;
    const controller = new AbortController();
    api<{ filled?: Values }>(`records/${definition.name}/check`, {
      method: 'POST',
      body: bodyOf(changes),
      signal: controller.signal,
    })
      .then((answer) => {
        const wanted = filled.filter(
          ({ name }) => isBlank(values[name]) && !isBlank(answer.filled?.[name]),
        );
        fill(Object.fromEntries(wanted.map(({ name }) => [name, answer.filled![name]])));
      })
      .catch(() => undefined);
    return () => controller.abort();
  });
}
