// Imports of the development server: a file of four rows that goes through every state by the clock.
import { json, ok, refuse, type Answer, type Asked, type Route } from './server.ts';

interface Import {
  [key: string]: unknown;
  id: string;
  state: string;
  since: number;
}

const imports: Import[] = [];
const headings = ['单位名称', '信用代码', '法人', '地址', '内部编号'];
const faults = [
  {
    row: 3,
    column: '信用代码',
    value: '91110105MA01ABCD27',
    code: 'CREDIT_CODE_CHECK',
    message: '统一社会信用代码的校验位不对，应为 6。',
  },
  { row: 5, column: '单位名称', value: '', code: 'REQUIRED', message: '请填写“单位名称”。' },
];

function advance(each: Import): Import {
  const seconds = (Date.now() - each.since) / 1000;
  if (each.state === 'reading' && seconds > 1) Object.assign(each, { state: 'mapping' });
  if (each.state === 'checking') each.progress = Math.min(1, seconds / 3);
  if (each.state === 'checking' && seconds > 3)
    Object.assign(each, { state: 'checked', faults, rejected: 2 });
  if (each.state === 'running')
    Object.assign(each, {
      done: Math.min(1200, Math.round(seconds * 300)),
      progress: Math.min(1, seconds / 4),
    });
  if (each.state === 'running' && seconds > 4)
    Object.assign(each, { state: 'done', created: 1100, updated: 60, unchanged: 38 });
  return each;
}

function start(asked: Asked): Answer {
  const made: Import = {
    id: String(imports.length + 1),
    ...json(asked),
    state: 'reading',
    since: Date.now(),
    encoding: 'GB18030',
    sheet: null,
    headings,
    mapping: {
      单位名称: 'name',
      信用代码: 'credit_code',
      法人: 'legal_representative',
      地址: 'business_address',
    },
    preview: [
      ['北京安康宾馆', '91110105MA01ABCD26', '张伟', '朝阳区建设路1号', 'N-1'],
      ['北京和平小学', '12110000400600018A', '李芳', '东城区和平里2号', 'N-2'],
    ],
    rows: 1200,
    done: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    rejected: 0,
    faults: [],
    progress: 0,
    created_at: new Date().toISOString(),
  };
  imports.unshift(made);
  return ok({ id: made.id }, 201);
}

const find = (id: string | undefined): Import | undefined => imports.find((each) => each.id === id);

export const importRoutes: readonly Route[] = [
  ['GET', /^imports$/, () => ok({ items: imports.map(advance), next: null })],
  ['POST', /^imports$/, start],
  [
    'GET',
    /^imports\/(\d+)$/,
    (_, [id]) => {
      const found = find(id);
      return found ? ok(advance(found)) : refuse(404, 'NOT_FOUND', '没有这次导入。');
    },
  ],
  [
    'PUT',
    /^imports\/(\d+)\/mapping$/,
    (asked, [id]) =>
      ok(Object.assign(find(id)!, { ...json(asked), state: 'checking', since: Date.now() })),
  ],
  [
    'POST',
    /^imports\/(\d+)\/actions\/(run|cancel)$/,
    (_, [id, action]) =>
      ok(
        Object.assign(find(id)!, {
          state: action === 'run' ? 'running' : 'cancelled',
          since: Date.now(),
        }),
      ),
  ],
  [
    'GET',
    /^imports\/(\d+)\/rejects$/,
    () => ({
      status: 200,
      raw: '单位名称,原因\r\n',
      headers: {
        'Content-Type': 'text/csv',
        'Content-Disposition': 'attachment; filename="rejects.csv"',
      },
    }),
  ],
];
