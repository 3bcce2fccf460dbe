// Records, definitions, drafts, views and files of the development server.
import { createHash } from 'node:crypto';
import { accounts, dictionaries, districts, organisations, tables, type Row } from './data.ts';
import { definitions } from './definitions.ts';
import { outline } from './outline.ts';
import { page, select } from './query.ts';
import { json, ok, refuse, type Answer, type Asked, type Route } from './server.ts';

const drafts = new Map<string, unknown>();
const views = new Map<string, unknown>();
const history = new Map<string, unknown[]>();
const uploads = new Map<string, { size: number; name: string; bytes: Buffer }>();
const files = new Map<string, Buffer>();
let sequence = 7000;
const now = (): string => new Date(Date.now() + 8 * 3600e3).toISOString().replace('Z', '+08:00');
const actor = { id: '101', name: '王敏' };

const find = (record: string, id: string): Row | undefined =>
  tables[record]?.find((row) => row.id === id);
const full = (record: string, row: Row): unknown => ({
  ...row,
  rights: definitions.records[record]?.rights,
});

function withLabels(record: string, values: Record<string, unknown>): Record<string, unknown> {
  const labelled = { ...values };
  for (const field of definitions.records[record]?.fields ?? []) {
    const value = labelled[field.name];
    if (typeof value !== 'string') continue;
    if (field.type === 'organisation')
      labelled[field.name] = {
        id: value,
        label: organisations.find((each) => each.id === value)?.name ?? value,
      };
    if (field.type === 'user')
      labelled[field.name] = {
        id: value,
        label: accounts.find((each) => each.id === value)?.display_name ?? value,
      };
    if (field.type === 'ref')
      labelled[field.name] = { id: value, label: find(field.record ?? '', value)?.name ?? value };
  }
  return labelled;
}

function faultsOf(
  record: string,
  values: Record<string, unknown>,
): { field: string; code: string; message: string }[] {
  return (definitions.records[record]?.fields ?? [])
    .filter(
      (field) =>
        field.required &&
        (values[field.name] === null ||
          values[field.name] === undefined ||
          values[field.name] === ''),
    )
    .map((field) => ({
      field: field.name,
      code: 'REQUIRED',
      message: `请填写“${field.title.zh}”。`,
    }));
}

function note(record: string, row: Row, action: string, before: Record<string, unknown>): void {
  const changes = (definitions.records[record]?.fields ?? [])
    .filter(
      (field) =>
        JSON.stringify(before[field.name] ?? null) !== JSON.stringify(row[field.name] ?? null),
    )
    .map((field) => ({
      field: field.name,
      title: field.title,
      before: before[field.name] ?? null,
      after: row[field.name] ?? null,
    }));
  const list = history.get(row.id) ?? [];
  list.unshift({
    seq: String(++sequence),
    at: now(),
    actor,
    action,
    version: row.version,
    changes,
  });
  history.set(row.id, list);
}

function create(asked: Asked, [record = '']: string[]): Answer {
  const values = json(asked);
  const faults = faultsOf(record, values);
  if (faults.length) return refuse(422, 'INVALID', '有内容需要修改。', { faults });
  const same =
    values.credit_code === undefined
      ? undefined
      : tables[record]?.find((row) => row.credit_code === values.credit_code);
  if (same)
    return refuse(409, 'UNIQUE', '已有相同统一社会信用代码的单位。', {
      existing: { id: same.id, label: same.name },
    });
  const id = String(600000 + ++sequence);
  const row = {
    ...withLabels(record, values),
    id,
    number: `DW2026${id}`,
    version: 1,
    state: 'open',
    created_at: now(),
    updated_at: now(),
    created_by: { id: '101', label: '王敏' },
    updated_by: { id: '101', label: '王敏' },
    masked: [],
  } as Row;
  tables[record]?.unshift(row);
  note(record, row, 'create', {});
  return { ...ok(full(record, row), 201), headers: { ETag: '"1"' } };
}

function change(asked: Asked, [record = '', id = '']: string[]): Answer {
  const row = find(record, id);
  if (!row) return refuse(404, 'NOT_FOUND', '没有找到这条记录。');
  if (asked.headers['if-match'] !== `"${row.version}"`)
    return refuse(409, 'STALE', '别人已经修改了这条记录。', { current: full(record, row) });
  const values = json(asked);
  const faults = faultsOf(record, { ...row, ...values });
  if (faults.length) return refuse(422, 'INVALID', '有内容需要修改。', { faults });
  const before = { ...row };
  Object.assign(row, withLabels(record, values), { version: row.version + 1, updated_at: now() });
  note(record, row, 'update', before);
  return { ...ok(full(record, row)), headers: { ETag: `"${row.version}"` } };
}

function one(_: Asked, [record = '', id = '']: string[]): Answer {
  const row = find(record, id);
  return row
    ? ok(full(record, row))
    : refuse(404, 'NOT_FOUND', '没有找到这条记录。它可能已被删除，或不在您的管辖范围内。');
}

function exportAll(asked: Asked, [record = '']: string[]): Answer {
  const definition = definitions.records[record]!;
  const columns = asked.query.get('columns')?.split(',') ?? definition.list.columns;
  const rows = select(tables[record] ?? [], asked.query, definition.list.search);
  const text = [
    columns,
    ...rows.map((row) => columns.map((name) => JSON.stringify(row[name] ?? ''))),
  ]
    .map((line) => line.join(','))
    .join('\r\n');
  return {
    status: 200,
    raw: `\uFEFF${text}`,
    headers: {
      'Content-Type': 'text/csv',
      'Content-Disposition': `attachment; filename="${record}.csv"`,
    },
  };
}

function check(asked: Asked, [record = '']: string[]): Answer {
  const values = json(asked);
  const duplicates = (tables[record] ?? [])
    .filter((row) => values.name && row.name === values.name && row.id !== values.id)
    .slice(0, 3)
    .map((row) => ({ id: row.id, label: row.name, reason: '名称相同' }));
  return ok({ faults: faultsOf(record, values), warnings: [], duplicates, filled: {} });
}

function upload(asked: Asked, [id = '']: string[]): Answer {
  const held = uploads.get(id);
  if (!held) return refuse(404, 'NOT_FOUND', '上传已失效。');
  held.bytes = Buffer.concat([
    held.bytes.subarray(0, Number(asked.query.get('offset'))),
    asked.bytes,
  ]);
  if (held.bytes.length < held.size) return ok({ offset: held.bytes.length });
  const hash = `sha256:${createHash('sha256').update(held.bytes).digest('hex')}`;
  files.set(hash, held.bytes);
  return ok({ offset: held.size, hash, size: held.size });
}

const draftRoutes: readonly Route[] = [
  [
    'GET',
    /^drafts$/,
    () =>
      ok({
        items: [...drafts].map(([at, draft]) => ({
          record: at.split('/')[0],
          key: at.split('/')[1],
          ...(draft as object),
        })),
      }),
  ],
  [
    'GET',
    /^drafts\/(.+)$/,
    (_, [at = '']) =>
      drafts.has(at) ? ok(drafts.get(at)) : refuse(404, 'NOT_FOUND', '没有草稿。'),
  ],
  [
    'PUT',
    /^drafts\/(.+)$/,
    (asked, [at = '']) => (drafts.set(at, { ...json(asked), saved_at: now() }), ok(drafts.get(at))),
  ],
  ['DELETE', /^drafts\/(.+)$/, (_, [at = '']) => (drafts.delete(at), ok())],
  [
    'GET',
    /^views\/(\w+)$/,
    (_, [record]) =>
      ok({
        items: [...views]
          .filter(([at]) => at.startsWith(`${record}/`))
          .map(([at, view]) => ({ name: at.split('/')[1], ...(view as object) })),
      }),
  ],
  ['PUT', /^views\/(.+)$/, (asked, [at = '']) => (views.set(at, json(asked)), ok({}))],
  ['DELETE', /^views\/(.+)$/, (_, [at = '']) => (views.delete(at), ok())],
];

export const recordRoutes: readonly Route[] = [
  ...draftRoutes,
  ['GET', /^definitions$/, () => ok(definitions)],
  ['GET', /^dictionaries\/(\w+)$/, (_, [name = '']) => ok({ items: dictionaries[name] ?? [] })],
  [
    'GET',
    /^regions$/,
    () =>
      ok({
        items: [
          { code: '110000', zh: '北京市', en: 'Beijing', parent: null },
          ...districts.map(([code, zh]) => ({ code, zh, en: '', parent: '110000' })),
        ],
      }),
  ],
  ['GET', /^map\/outline$/, () => ok(outline)],
  [
    'POST',
    /^uploads$/,
    (asked) => {
      const { size, name } = json(asked) as { size: number; name: string };
      const id = String(++sequence);
      uploads.set(id, { size, name, bytes: Buffer.alloc(0) });
      return ok({ upload: id, offset: 0 });
    },
  ],
  ['GET', /^uploads\/(\d+)$/, (_, [id = '']) => ok({ offset: uploads.get(id)?.bytes.length ?? 0 })],
  ['PATCH', /^uploads\/(\d+)$/, upload],
  ['GET', /^records\/(\w+)\/export$/, exportAll],
  ['POST', /^records\/(\w+)\/check$/, check],
  [
    'GET',
    /^records\/(\w+)$/,
    (asked, [record = '']) =>
      tables[record]
        ? ok(
            page(
              select(tables[record], asked.query, definitions.records[record]!.list.search),
              asked.query,
            ),
          )
        : refuse(404, 'NOT_FOUND', '没有这种记录。'),
  ],
  ['POST', /^records\/(\w+)$/, create],
  ['GET', /^records\/(\w+)\/(\d+)$/, one],
  ['PATCH', /^records\/(\w+)\/(\d+)$/, change],
  [
    'DELETE',
    /^records\/(\w+)\/(\d+)$/,
    (_, [record = '', id = '']) => {
      const row = find(record, id);
      if (row) row.deleted_at = now();
      return ok();
    },
  ],
  [
    'POST',
    /^records\/(\w+)\/(\d+)\/restore$/,
    (_, [record = '', id = '']) => {
      const row = find(record, id)!;
      row.deleted_at = null;
      return ok(full(record, row));
    },
  ],
  [
    'GET',
    /^records\/(\w+)\/(\d+)\/history$/,
    (_, [record = '', id = '']) => {
      const row = find(record, id)!;
      return ok({
        items: [
          ...(history.get(id) ?? []),
          { seq: '1', at: row.created_at, actor, action: 'create', version: 1, changes: [] },
        ],
        next: null,
      });
    },
  ],
  ['POST', /^records\/(\w+)\/(\d+)\/unmask$/, () => ok({ value: '13800001234' })],
  [
    'GET',
    /^records\/(\w+)\/(\d+)\/related$/,
    (_, [record]) =>
      ok({
        items:
          record === 'unit'
            ? [
                {
                  record: 'complaint',
                  field: 'unit',
                  title: { zh: '举报投诉件', en: 'Complaints' },
                  count: 1,
                },
              ]
            : [],
      }),
  ],
  [
    'GET',
    /^records\/\w+\/\d+\/files\/\w+\/(.+)$/,
    (_, [hash = '']) => ({
      status: 200,
      raw: files.get(hash) ?? '',
      headers: { 'Content-Type': 'image/png' },
    }),
  ],
];
