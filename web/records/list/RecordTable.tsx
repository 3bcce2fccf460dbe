// The rows of a list as a table: only those in sight are in the page, so ten thousand scroll as ten do.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, type JSX, type MouseEvent, type RefObject } from 'react';
import { Link } from 'react-router';
import type { Field, RecordDefinition, RecordRow } from '../../client/types';
import { Icon } from '../../kit/Icon';
import { usePrinting } from '../../kit/usePrinting';
import { titleOf, useText } from '../../kit/language';
import { Light } from '../../kit/Light';
import { isNumber } from '../fields';
import { labelOf } from '../labels';
import { recordTexts } from '../texts';
import { FieldValue } from '../values/FieldValue';
import { templateOf } from './columns';
import type { Selection } from './useSelection';

export interface RecordTableProps {
  readonly record: RecordDefinition;
  readonly fields: readonly Field[];
  readonly rows: readonly RecordRow[];
  readonly total: number | undefined;
  readonly order: string;
  readonly active: number;
  readonly selection: Selection;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onOrder: (field: string) => void;
  readonly onOpen: (row: RecordRow) => void;
  readonly onNearEnd: () => void;
}

const rowHeight = 40;

export function RecordTable(props: RecordTableProps): JSX.Element {
  const { record, fields, rows, total, order, active, selection, scroller, onOrder, onNearEnd } =
    props;
  const t = useText(recordTexts);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: rowHeight,
  });
  const printing = usePrinting();
  const items = printing
    ? rows.map((_, index) => ({ index, start: (index + 1) * rowHeight }))
    : virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last > rows.length - 40) onNearEnd();
  }, [last, rows.length, onNearEnd]);
  useEffect(() => {
    if (active >= 0) virtual.scrollToIndex(active);
  }, [active, virtual]);

  const { template, print, width } = templateOf(record, fields);
  const allChosen = rows.length > 0 && rows.every(({ id }) => selection.has(id));
  return (
    <div
      role="table"
      aria-label={titleOf(record.title)}
      aria-rowcount={total ?? -1}
      className="table"
      style={{
        minWidth: width,
        ['--columns' as string]: template,
        ['--print-columns' as string]: print,
      }}
    >
      <div role="rowgroup" className="table-head">
        <div role="row" aria-rowindex={1} className="table-row">
          <span role="columnheader" className="tick">
            <input
              type="checkbox"
              aria-label={t('selectAll')}
              checked={allChosen}
              onChange={() => selection.setAll(allChosen ? [] : rows.map(({ id }) => id))}
            />
          </span>
          {fields.map((field) => (
            <HeaderCell
              key={field.name}
              field={field}
              sortable={record.list.sort.includes(field.name)}
              order={order}
              onOrder={onOrder}
            />
          ))}
        </div>
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => (
          <TableRow
            key={rows[item.index]!.id}
            {...props}
            row={rows[item.index]!}
            index={item.index}
            top={item.start - rowHeight}
          />
        ))}
      </div>
    </div>
  );
}

interface HeaderCellProps {
  readonly field: Field;
  readonly sortable: boolean;
  readonly order: string;
  readonly onOrder: (field: string) => void;
}

function HeaderCell({ field, sortable, order, onOrder }: HeaderCellProps): JSX.Element {
  const t = useText(recordTexts);
  const title = titleOf(field.title);
  const sorted =
    order === field.name ? 'ascending' : order === `-${field.name}` ? 'descending' : undefined;
  const words = field.unit ? `${title}（${field.unit}）` : title;
  return (
    <span
      role="columnheader"
      aria-sort={sorted ?? (sortable ? 'none' : undefined)}
      className={isNumber(field) ? 'right' : undefined}
    >
      {sortable ? (
        <button
          type="button"
          aria-label={t('sortBy', { title })}
          title={words}
          onClick={() => onOrder(field.name)}
        >
          {words}
          {sorted && <Icon name={sorted === 'ascending' ? 'up' : 'down'} size={13} />}
        </button>
      ) : (
        <span title={words}>{words}</span>
      )}
    </span>
  );
}

interface TableRowProps extends RecordTableProps {
  readonly row: RecordRow;
  readonly index: number;
  readonly top: number;
}

function TableRow({
  record,
  fields,
  row,
  index,
  top,
  active,
  selection,
  onOpen,
}: TableRowProps): JSX.Element {
  const t = useText(recordTexts);
  const label = labelOf(record, row);
  const link = fields.find(({ name }) => name === record.label)?.name ?? fields[0]?.name;
  const open = (event: MouseEvent): void => {
    if (
      (event.target as HTMLElement).closest('a, input, button') ||
      window.getSelection()?.toString()
    )
      return;
    onOpen(row);
  };
  const classes = [
    'table-row',
    index === active && 'active',
    selection.has(row.id) && 'chosen',
    row.deleted_at && 'deleted',
  ];
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selection.has(row.id)}
      className={classes.filter(Boolean).join(' ')}
      style={{ transform: `translateY(${top}px)` }}
      onClick={open}
    >
      <span role="cell" className="tick">
        <input
          type="checkbox"
          aria-label={t('select', { label })}
          checked={selection.has(row.id)}
          onChange={() => undefined}
          onClick={(event) => selection.toggle(row.id, event.shiftKey)}
        />
      </span>
      {fields.map((field) => (
        <span role="cell" key={field.name} className={isNumber(field) ? 'right' : undefined}>
          {field.name === link ? (
            <Link to={`/records/${record.name}/${row.id}`} className="row-link">
              <FieldValue field={field} value={row[field.name]} record={record} plain />
            </Link>
          ) : (
            <FieldValue field={field} value={row[field.name]} record={record} />
          )}
          {field.name === 'state' && typeof row.due_at === 'string' && (
            <Light dueAt={row.due_at} overdueDays={Number(row.overdue_days ?? 0)} />
          )}
        </span>
      ))}
    </div>
  );
}
