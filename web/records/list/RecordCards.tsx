// The rows of a list on a phone: one card each, the whole card is the target.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, type JSX, type RefObject } from 'react';
import { Link } from 'react-router';
import type { Field, RecordDefinition, RecordRow } from '../../client/types';
import { titleOf } from '../../kit/language';
import { Light } from '../../kit/Light';
import { labelOf } from '../labels';
import { FieldValue, isBlank } from '../values/FieldValue';

export interface RecordCardsProps {
  readonly record: RecordDefinition;
  readonly fields: readonly Field[];
  readonly rows: readonly RecordRow[];
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onNearEnd: () => void;
}

export function RecordCards({
  record,
  fields,
  rows,
  scroller,
  onNearEnd,
}: RecordCardsProps): JSX.Element {
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 132,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last > rows.length - 20) onNearEnd();
  }, [last, rows.length, onNearEnd]);
  const shown = fields
    .filter(({ name }) => name !== record.label && name !== 'number' && name !== 'state')
    .slice(0, 4);
  return (
    <ul
      className="record-cards"
      aria-label={titleOf(record.title)}
      style={{ height: virtual.getTotalSize() }}
    >
      {items.map((item) => {
        const row = rows[item.index]!;
        return (
          <li
            key={row.id}
            ref={virtual.measureElement}
            data-index={item.index}
            style={{ transform: `translateY(${item.start}px)` }}
          >
            <Link to={`/records/${record.name}/${row.id}`} className="record-card">
              <strong>{labelOf(record, row)}</strong>
              <span className="record-card-line">
                {row.number && record.label !== 'number' && (
                  <span className="quiet">{row.number}</span>
                )}
                {record.states.length > 1 && (
                  <FieldValue
                    field={{ name: 'state', title: { zh: '' }, type: 'code' }}
                    value={row.state}
                    record={record}
                  />
                )}
                {typeof row.due_at === 'string' && (
                  <Light dueAt={row.due_at} overdueDays={Number(row.overdue_days ?? 0)} />
                )}
              </span>
              <dl>
                {shown
                  .filter((field) => !isBlank(row[field.name]))
                  .map((field) => (
                    <div key={field.name}>
                      <dt>{titleOf(field.title)}</dt>
                      <dd>
                        <FieldValue field={field} value={row[field.name]} record={record} plain />
                      </dd>
                    </div>
                  ))}
              </dl>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
