// Made-up definitions in the shape of GET /api/definitions, close to the system `units`.
import type { Definitions, Field, RecordDefinition } from '../client/types.ts';

type Short = Omit<Field, 'name' | 'title' | 'type'> & { en?: string };

function field(name: string, zh: string, type: Field['type'], more: Short = {}): Field {
  const { en, ...rest } = more;
  return { name, title: { zh, en: en ?? name.replaceAll('_', ' ') }, type, ...rest };
}

const all = ['create', 'read', 'update', 'delete', 'export', 'import', 'unmask'];

const unit: RecordDefinition = {
  name: 'unit',
  system: 'units',
  title: { zh: '被监督单位', en: 'Supervised unit' },
  label: 'name',
  number: 'DW{yyyy}{seq:6}',
  states: ['open'],
  scope: 'organisation',
  fields: [
    field('name', '单位名称', 'text', {
      required: true,
      max: 200,
      help: { zh: '与许可证一致', en: 'As on the licence' },
    }),
    field('alias', '招牌名称', 'text', { max: 200 }),
    field('subject_type', '主体类别', 'code', {
      required: true,
      dictionary: 'subject_type',
      default: "'LEGAL'",
    }),
    field('credit_code', '统一社会信用代码', 'credit_code', {
      required_if: "subject_type == 'LEGAL' || subject_type == 'INDIV_BIZ'",
      visible_if: "subject_type != 'NATURAL'",
    }),
    field('id_card', '身份证号', 'id_card', {
      protect: 'encrypt',
      required_if: "subject_type == 'NATURAL'",
      visible_if: "subject_type == 'NATURAL'",
    }),
    field('legal_representative', '法定代表人', 'text', { required: true, max: 50 }),
    field('principal', '负责人', 'text', { max: 50 }),
    field('principal_phone', '负责人电话', 'phone', { protect: 'mask' }),
    field('region', '行政区划', 'region', { required: true }),
    field('registered_address', '注册地址', 'text', { max: 300 }),
    field('business_address', '经营地址', 'text', { required: true, max: 300 }),
    field('location', '位置', 'point'),
    field('economic_type', '经济类型', 'code', { dictionary: 'economic_type' }),
    field('established_on', '成立日期', 'date', { maximum: 'today()' }),
    field('staff_total', '职工总数', 'integer', { minimum: '0', unit: '人' }),
    field('staff_direct', '直接从业人员', 'integer', { minimum: '0', unit: '人' }),
    field('registered_capital', '注册资本', 'money', { minimum: '0', unit: '元' }),
    field('unit_status', '单位状态', 'code', {
      required: true,
      dictionary: 'unit_status',
      default: "'OPEN'",
    }),
    field('status_date', '状态日期', 'date', {
      required_if: "unit_status != 'OPEN'",
      visible_if: "unit_status != 'OPEN'",
    }),
    field('professions', '监督专业', 'codes', { required: true, dictionary: 'profession' }),
    field('credit_level', '信用等级', 'code', { dictionary: 'credit_level' }),
    field('risk_level', '风险等级', 'code', { dictionary: 'risk_level' }),
    field('supervised_by', '监督机构', 'organisation', {
      required: true,
      default: 'user.organisation',
    }),
    field('officer', '责任监督员', 'user'),
    field('head_unit', '上级单位', 'ref', { record: 'unit' }),
    field('first_supervised_on', '首次监督日期', 'date'),
    field('chain', '连锁经营', 'boolean'),
    field('photos', '门头照片', 'files', { accept: ['image'], max_mb: 20, max_files: 6 }),
    field('documents', '附件', 'files', {
      accept: ['pdf', 'document', 'image'],
      max_mb: 50,
      max_files: 20,
    }),
    field('remark', '备注', 'text', { multiline: true, max: 2000 }),
  ],
  rows: [
    {
      name: 'permits',
      title: { zh: '许可证', en: 'Permits' },
      max_rows: 1000,
      fields: [
        field('profession', '专业', 'code', { required: true, dictionary: 'profession' }),
        field('permit_no', '许可证号', 'text', { required: true, max: 60 }),
        field('permit_from', '有效期起', 'date', { required: true }),
        field('permit_to', '有效期止', 'date', { required: true }),
        field('permit_status', '状态', 'code', { dictionary: 'permit_status', default: "'VALID'" }),
      ],
      checks: [
        {
          rule: 'permit_to >= permit_from',
          message: { zh: '有效期止早于有效期起', en: 'Ends before it starts' },
          code: 'PERMIT_DATES',
          fields: ['permit_to'],
        },
      ],
    },
    {
      name: 'contacts',
      title: { zh: '联系人', en: 'Contacts' },
      max_rows: 50,
      fields: [
        field('name', '姓名', 'text', { required: true, max: 50 }),
        field('duty', '职务', 'text', { max: 50 }),
        field('phone', '电话', 'phone', { protect: 'mask' }),
      ],
    },
  ],
  checks: [
    {
      rule: 'staff_direct == null || staff_total == null || staff_direct <= staff_total',
      message: { zh: '直接从业人员不能多于职工总数', en: 'Direct staff exceed the total' },
      code: 'STAFF',
      fields: ['staff_direct'],
    },
    {
      rule: 'first_supervised_on == null || established_on == null || first_supervised_on >= established_on',
      message: { zh: '首次监督日期早于成立日期', en: 'Supervised before established' },
      code: 'SEQUENCE',
      fields: ['first_supervised_on'],
    },
  ],
  form: [
    {
      title: { zh: '基本信息', en: 'Basics' },
      lines: [
        ['name', 'alias'],
        ['subject_type', 'credit_code', 'id_card'],
        ['legal_representative', 'principal', 'principal_phone'],
        ['economic_type', 'established_on', 'registered_capital'],
        ['staff_total', 'staff_direct', 'chain'],
        ['head_unit'],
      ],
    },
    {
      title: { zh: '地址与位置', en: 'Place' },
      lines: [['region', 'business_address'], ['registered_address'], ['location']],
    },
    {
      title: { zh: '监督管理', en: 'Supervision' },
      lines: [
        ['professions', 'supervised_by', 'officer'],
        ['unit_status', 'status_date', 'first_supervised_on'],
        ['credit_level', 'risk_level'],
      ],
    },
    {
      title: { zh: '许可与联系人', en: 'Permits and contacts' },
      lines: [['permits'], ['contacts']],
    },
    { title: { zh: '材料', en: 'Documents' }, lines: [['photos'], ['documents'], ['remark']] },
  ],
  list: {
    columns: [
      'number',
      'name',
      'credit_code',
      'professions',
      'unit_status',
      'region',
      'principal',
      'staff_total',
      'updated_at',
    ],
    filters: [
      'unit_status',
      'professions',
      'region',
      'supervised_by',
      'risk_level',
      'established_on',
    ],
    order: '-updated_at',
    sort: ['updated_at', 'number', 'name'],
    search: ['name', 'alias', 'credit_code', 'business_address'],
  },
  rights: all,
};

const complaint: RecordDefinition = {
  name: 'complaint',
  system: 'complaints',
  title: { zh: '举报投诉件', en: 'Complaint' },
  label: 'number',
  number: 'TS{yyyyMMdd}{seq:5}',
  states: ['received', 'handling', 'closed'].map((name, at) => ({
    name,
    title: [
      { zh: '待受理', en: 'Received' },
      { zh: '办理中', en: 'In progress' },
      { zh: '已办结', en: 'Closed' },
    ][at]!,
  })),
  scope: 'organisation',
  fields: [
    field('channel', '来源', 'code', { required: true, dictionary: 'complaint_channel' }),
    field('received_at', '接收时间', 'datetime', { required: true, default: 'now()' }),
    field('anonymous', '匿名', 'boolean', { default: 'false' }),
    field('reporter_name', '举报人', 'text', {
      max: 50,
      protect: 'mask',
      required_if: '!anonymous',
      visible_if: '!anonymous',
    }),
    field('unit', '被举报单位', 'ref', { record: 'unit' }),
    field('address', '地址', 'text', { max: 300, fill_from: 'unit.business_address' }),
    field('content', '内容', 'text', { required: true, multiline: true, max: 4000 }),
  ],
  rows: [],
  checks: [],
  form: [
    {
      lines: [
        ['channel', 'received_at'],
        ['anonymous', 'reporter_name'],
        ['unit', 'address'],
        ['content'],
      ],
    },
  ],
  list: {
    columns: ['number', 'unit', 'channel', 'state', 'received_at'],
    filters: ['state', 'channel', 'received_at'],
    order: '-received_at',
    sort: ['received_at', 'number'],
    search: ['content'],
  },
  rights: ['create', 'read', 'update'],
};

export const definitions: Definitions = {
  release: 'development',
  systems: [
    {
      name: 'units',
      title: { zh: '监督单位', en: 'Supervised units' },
      menu: { zh: '基础数据', en: 'Foundations' },
      icon: 'building',
      records: ['unit'],
    },
    {
      name: 'complaints',
      title: { zh: '举报投诉', en: 'Complaints' },
      menu: { zh: '监督执法', en: 'Enforcement' },
      icon: 'message',
      records: ['complaint'],
    },
  ],
  records: { unit, complaint },
};
