// A made-up region for the development server: organisations, people, dictionaries and units.
import type { DictionaryItem } from '../client/types.ts';

// Small repeatable random numbers, so that every start shows the same region.
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
const random = randomFrom(20260928);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

export const districts: readonly [string, string][] = [
  ['110101', '东城区'],
  ['110102', '西城区'],
  ['110105', '朝阳区'],
  ['110106', '丰台区'],
  ['110107', '石景山区'],
  ['110108', '海淀区'],
  ['110109', '门头沟区'],
  ['110111', '房山区'],
  ['110112', '通州区'],
  ['110113', '顺义区'],
  ['110114', '昌平区'],
  ['110115', '大兴区'],
  ['110116', '怀柔区'],
  ['110117', '平谷区'],
  ['110118', '密云区'],
  ['110119', '延庆区'],
];

export interface Organisation {
  [key: string]: unknown;
  id: string;
  name: string;
  parent: string | null;
  path: string;
  region: string;
}

export const organisations: Organisation[] = [
  {
    id: '1',
    code: '110000',
    name: '北京市卫生健康监督所（示例）',
    short_name: '市监督所',
    kind: '20',
    region: '110000',
    parent: null,
    path: '/1/',
    status: 'active',
    credit_code: null,
    children: 16,
    version: 1,
  },
  ...districts.map(([region, name], at) => ({
    id: String(at + 2),
    code: region,
    name: `${name}卫生健康监督所（示例）`,
    short_name: `${name.slice(0, -1)}监督所`,
    kind: '20',
    region,
    parent: '1',
    path: `/1/${at + 2}/`,
    status: 'active',
    credit_code: null,
    children: 0,
    version: 1,
  })),
];

export interface Account {
  [key: string]: unknown;
  id: string;
  login_name: string;
  display_name: string;
  password: string;
  status: string;
  roles: string[];
}

const organisationOf = (id: string): unknown => {
  const found = organisations.find((each) => each.id === id)!;
  return { id: found.id, name: found.name, path: found.path, region: found.region };
};

const account = (
  id: number,
  login_name: string,
  display_name: string,
  organisation: string,
  roles: string[],
): Account => ({
  id: String(id),
  login_name,
  display_name,
  organisation: organisationOf(organisation),
  roles,
  password: 'Weijian-2026',
  status: 'active',
  kind: 'staff',
  last_login_at: '2026-11-20T09:12:00.000+08:00',
  second_factor: id === 104,
  language: 'zh',
  version: 1,
  grants: roles.map((role, at) => ({
    id: `${id}${at}`,
    role,
    scope: 'subtree',
    organisation: organisationOf(organisation),
  })),
});

export const accounts: Account[] = [
  account(101, 'officer', '王敏', '4', ['officer']),
  account(102, 'admin', '周启明', '1', ['system_administrator']),
  account(103, 'auditor', '孙静', '1', ['audit_administrator']),
  account(104, 'security', '郑立', '1', ['security_administrator']),
  ...districts.map(([, name], at) =>
    account(
      110 + at,
      `clerk${at + 1}`,
      `${pick(['张', '李', '刘', '陈', '杨'])}${pick(['伟', '芳', '磊', '洋', '丽'])}`,
      String(at + 2),
      [name ? 'clerk' : 'officer'],
    ),
  ),
];

const items = (lines: string): DictionaryItem[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => {
      const [code, zh, en, parent] = line.trim().split('|');
      return {
        code: code!,
        zh: zh!,
        en: en ?? '',
        parent: parent ?? null,
        valid_from: null,
        valid_to: null,
      };
    });

export const dictionaries: Record<string, DictionaryItem[]> = {
  subject_type: items(
    'LEGAL|法人及非法人组织|Legal person\nINDIV_BIZ|个体工商户|Individual business\nNATURAL|自然人|Natural person\nUNLICENSED|无证主体|Unlicensed',
  ),
  unit_status: items(
    'OPEN|正常|Open\nSUSPEND|停业|Suspended\nCLOSED|关闭|Closed\nCANCELLED|注销|Cancelled\nNOT_FOUND|查无|Not found\nMOVED|迁出|Moved away',
  ),
  profession: items(
    'PUBP|公共场所卫生|Public places\nWATR|生活饮用水卫生|Drinking water\nSCHL|学校卫生|School health\nDISF|消毒产品|Disinfection products\nINFD|传染病防治|Infectious-disease control\nMEDI|医疗卫生|Medical institutions\nRADI|放射卫生|Radiation\nOCCU|职业卫生|Occupational health',
  ),
  economic_type: items(
    '100|内资|Domestic\n110|国有全资|State-owned|100\n120|集体全资|Collective|100\n170|私有独资|Private|100\n200|港澳台投资|Hong Kong, Macao, Taiwan\n300|国外投资|Foreign',
  ),
  credit_level: items('A|A级|A\nB|B级|B\nC|C级|C\nD|D级|D'),
  risk_level: items('H|高风险|High\nM|中风险|Medium\nL|低风险|Low'),
  permit_status: items('VALID|有效|Valid\nEXPIRED|过期|Expired\nREVOKED|吊销|Revoked'),
  complaint_channel: items(
    'PHONE|电话|Phone\nHOTLINE|12345热线|Hotline\nLETTER|来信|Letter\nVISIT|来访|Visit',
  ),
};

const words = [
  '安康',
  '和平',
  '春晓',
  '同乐',
  '永泰',
  '新华',
  '绿洲',
  '锦江',
  '东方',
  '益民',
  '福源',
  '阳光',
  '百合',
  '望京',
  '金桥',
  '清泉',
];
const kinds: readonly [string, string[]][] = [
  ['宾馆', ['PUBP']],
  ['游泳馆', ['PUBP', 'WATR']],
  ['小学', ['SCHL']],
  ['口腔诊所', ['MEDI', 'RADI']],
  ['理发店', ['PUBP']],
  ['供水有限公司', ['WATR']],
  ['社区卫生服务中心', ['MEDI', 'INFD']],
  ['消毒用品厂', ['DISF']],
];
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

function creditCode(region: string): string {
  const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
  let body = `91${region}`;
  while (body.length < 17) body += pick([...alphabet]);
  const sum = [...body].reduce(
    (total, char, at) => total + alphabet.indexOf(char) * weights[at]!,
    0,
  );
  return body + alphabet[(31 - (sum % 31)) % 31];
}

export type Row = Record<string, unknown> & { id: string; version: number };

function unit(at: number): Row {
  const [region, district] = pick(districts);
  const [kind, professions] = pick(kinds);
  const owner = districts.findIndex(([code]) => code === region) + 2;
  const day = `2026-${String(1 + Math.floor(random() * 11)).padStart(2, '0')}-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}`;
  const status =
    random() < 0.85 ? 'OPEN' : pick(['SUSPEND', 'CLOSED', 'CANCELLED', 'NOT_FOUND', 'MOVED']);
  const total = Math.floor(random() * 300);
  const name = `北京${pick(words)}${pick(words)}${kind}${random() < 0.3 ? `（${district.slice(0, -1)}店）` : ''}`;
  const person =
    pick(['张', '李', '王', '赵', '刘', '陈']) +
    pick(['建国', '秀英', '志强', '晓燕', '海涛', '敏']);
  return {
    id: String(500000 + at),
    number: `DW2026${String(at).padStart(6, '0')}`,
    state: 'open',
    version: 1,
    name,
    alias: null,
    subject_type: 'LEGAL',
    credit_code: creditCode(region),
    id_card: null,
    legal_representative: person,
    principal: person,
    principal_phone: '138****1234',
    region,
    registered_address: `北京市${district}建设路${at % 200}号`,
    business_address: `北京市${district}建设路${at % 200}号`,
    location:
      at % 7
        ? { lng: 116.2 + random() * 0.5, lat: 39.75 + random() * 0.35, system: 'CGCS2000' }
        : null,
    economic_type: pick(['110', '170', '300']),
    established_on: `20${10 + (at % 15)}-03-0${1 + (at % 9)}`,
    staff_total: total,
    staff_direct: Math.floor(total * 0.6),
    registered_capital: `${1 + (at % 900)}0000.00`,
    unit_status: status,
    status_date: status === 'OPEN' ? null : day,
    professions,
    credit_level: pick(['A', 'B', 'C']),
    risk_level: pick(['H', 'M', 'L']),
    supervised_by: { id: String(owner), label: organisations[owner - 1]!.name },
    officer: { id: '101', label: '王敏' },
    head_unit: null,
    first_supervised_on: day,
    chain: random() < 0.2,
    photos: [],
    documents: [],
    remark: null,
    permits: [
      {
        id: `${at}1`,
        profession: professions[0],
        permit_no: `京卫公证字〔2024〕第${at}号`,
        permit_from: '2024-05-01',
        permit_to: '2028-04-30',
        permit_status: 'VALID',
      },
    ],
    contacts: [{ id: `${at}2`, name: person, duty: '店长', phone: '139****5678' }],
    organisation: organisationOf(String(owner)),
    created_by: { id: '101', label: '王敏' },
    created_at: `${day}T09:30:00.000+08:00`,
    updated_by: { id: '101', label: '王敏' },
    updated_at: `${day}T16:${String(at % 60).padStart(2, '0')}:00.000+08:00`,
    deleted_at: null,
    masked: ['principal_phone', 'contacts.phone'],
  };
}

const count = Number(process.env.WEIJIAN_ROWS ?? 2000);

function complaint(at: number, of: Row): Row {
  return {
    id: String(900000 + at),
    number: `TS20261120${String(at).padStart(5, '0')}`,
    version: 1,
    state: pick(['received', 'handling', 'closed']),
    channel: pick(['PHONE', 'HOTLINE', 'VISIT']),
    received_at: '2026-11-20T10:21:00.000+08:00',
    anonymous: at % 2 === 0,
    reporter_name: '张*',
    unit: { id: of.id, label: of.name },
    address: of.business_address,
    content: '消毒设备不运转，客用毛巾未更换。',
    due_at: at % 3 ? '2026-11-25T00:00:00.000+08:00' : '2026-11-18T00:00:00.000+08:00',
    overdue_days: at % 3 ? 0 : 3,
    created_by: { id: '101', label: '王敏' },
    created_at: '2026-11-20T10:21:00.000+08:00',
    updated_by: { id: '101', label: '王敏' },
    updated_at: '2026-11-20T10:21:00.000+08:00',
    masked: ['reporter_name'],
    organisation: of.organisation,
  };
}

const units = Array.from({ length: count }, (_, at) => unit(at + 1));
export const tables: Record<string, Row[]> = {
  unit: units,
  complaint: units.slice(0, 12).map((of, at) => complaint(at + 1, of)),
};
