// Sessions, the own account, organisations, users, approvals and audit of the development server.
import { accounts, organisations, type Account } from './data.ts';
import { page } from './query.ts';
import { json, ok, refuse, type Answer, type Asked, type Route } from './server.ts';

let signedIn: Account | undefined;
let failures = 0;
let totp = false;
let delegation: unknown;
let needed = process.env.WEIJIAN_SETUP === '1';
let next = 900;

const administration: Record<string, string[]> = {
  organisations: ['read', 'create', 'update', 'delete'],
  users: [
    'look_up',
    'read',
    'create',
    'update',
    'freeze',
    'unfreeze',
    'unlock',
    'reset_password',
    'reset_totp',
    'transfer',
    'leave',
  ],
  grants: ['read', 'create', 'delete'],
  roles: ['read'],
  approvals: ['read', 'decide'],
  audit: ['read'],
};

const records = {
  unit: ['create', 'read', 'update', 'delete', 'export', 'import', 'unmask'],
  complaint: ['create', 'read', 'update'],
};

function sessionOf(account: Account): unknown {
  const administrator = account.login_name !== 'officer';
  const { id, login_name, display_name, language, organisation } = account;
  return {
    user: { id, login_name, display_name, language, organisation },
    roles: account.roles,
    permissions: {
      ...records,
      ...(administrator ? administration : { organisations: ['read'], users: ['look_up'] }),
    },
    csrf: 'development',
    must_change_password: Boolean(account.must_change_password),
    second_factor: totp || Boolean(account.second_factor),
    second_factor_required: false,
    last_success: { at: '2026-11-20T09:12:00.000+08:00', remote: '10.1.2.3' },
    last_failure: null,
  };
}

function signIn(asked: Asked): Answer {
  const { login_name, password } = json(asked);
  const account = accounts.find((each) => each.login_name === login_name);
  if (failures >= 5)
    return refuse(423, 'AUTH_LOCKED', '账号已锁定。', { parameters: { minutes: 30 } });
  if (!account || account.password !== password)
    return refuse(401, 'AUTH_FAILED', '用户名或密码不对。', {
      parameters: { remaining: 5 - ++failures },
    });
  failures = 0;
  if (account.second_factor)
    return refuse(401, 'AUTH_MFA_REQUIRED', '需要第二步验证。', {
      parameters: { mfa_token: account.id },
    });
  signedIn = account;
  return ok(sessionOf(account));
}

function secondFactor(asked: Asked): Answer {
  const { mfa_token, code, recovery_code } = json(asked);
  if (code !== '123456' && !recovery_code)
    return refuse(401, 'AUTH_CODE', '验证码不对，请重新输入。');
  signedIn = accounts.find((each) => each.id === mfa_token);
  return signedIn ? ok(sessionOf(signedIn)) : refuse(401, 'AUTH_FAILED', '请重新登录。');
}

const organisation = (asked: Asked): unknown => {
  const text = asked.query.get('q') ?? '';
  const parent = asked.query.get('parent');
  return page(
    organisations.filter(
      (each) => each.name.includes(text) && (parent === null || each.parent === parent),
    ),
    asked.query,
  );
};

const people = (asked: Asked): unknown => {
  const text = asked.query.get('q') ?? '';
  const status = asked.query.get('status');
  return page(
    accounts
      .filter(
        (each) =>
          (each.display_name.includes(text) || each.login_name.includes(text)) &&
          (!status || each.status === status),
      )
      .map(({ password: _, ...each }) => each),
    asked.query,
  );
};

function act(asked: Asked, [id = '', action = '']: string[]): Answer {
  const account = accounts.find((each) => each.id === id);
  if (!account) return refuse(404, 'NOT_FOUND', '没有这个用户。');
  const { reason } = json(asked);
  if (!reason)
    return refuse(422, 'INVALID', '有内容需要修改。', {
      faults: [{ field: 'reason', code: 'REQUIRED', message: '请填写原因。' }],
    });
  const after: Record<string, string> = { freeze: 'frozen', unfreeze: 'active', leave: 'left' };
  account.status = after[action] ?? account.status;
  return ok(action === 'reset_password' ? { temporary_password: 'kX7-mQ2p-Lw9z-Rt4v' } : {});
}

const audit = Array.from({ length: 230 }, (_, at) => ({
  seq: String(9000 - at),
  at: `2026-11-${String(20 - Math.floor(at / 20)).padStart(2, '0')}T10:${String(59 - (at % 60)).padStart(2, '0')}:00.000+08:00`,
  actor: { id: '101', name: '王敏' },
  organisation: { id: '4', name: '朝阳区卫生健康监督所（示例）' },
  record: 'unit',
  id: String(500001 + at),
  action: at % 5 ? 'update' : 'unmask',
  version: 2,
  changes: [
    { field: 'principal', title: { zh: '负责人', en: 'Principal' }, before: '张伟', after: '李芳' },
  ],
  reason: at % 5 ? null : '电话回访',
}));

const adminRoutes: readonly Route[] = [
  ['GET', /^organisations$/, (asked) => ok(organisation(asked))],
  [
    'GET',
    /^organisations\/(\d+)$/,
    (_, [id]) => ok(organisations.find((each) => each.id === id) ?? {}),
  ],
  [
    'POST',
    /^organisations$/,
    (asked) => {
      const id = String(++next);
      const parent = organisations.find((each) => each.id === json(asked).parent);
      if (parent) parent.children = Number(parent.children) + 1;
      organisations.push({
        id,
        name: '',
        region: '',
        parent: null,
        status: 'active',
        children: 0,
        version: 1,
        ...json(asked),
        path: `${parent?.path ?? '/'}${id}/`,
      });
      return ok(organisations.at(-1), 201);
    },
  ],
  [
    'PATCH',
    /^organisations\/(\d+)$/,
    (asked, [id]) =>
      ok(
        Object.assign(
          organisations.find((each) => each.id === id)!,
          json(asked),
        ),
      ),
  ],
  [
    'DELETE',
    /^organisations\/(\d+)$/,
    () => refuse(409, 'ORG_IN_USE', '机构下还有用户或数据，不能删除。请先迁出。'),
  ],
  ['GET', /^users$/, (asked) => ok(people(asked))],
  [
    'POST',
    /^users$/,
    (asked) => {
      const values = json(asked);
      if (accounts.some((each) => each.login_name === values.login_name))
        return refuse(409, 'USER_LOGIN_TAKEN', '用户名已被使用。', {
          faults: [
            {
              field: 'login_name',
              code: 'USER_LOGIN_TAKEN',
              message: '用户名已被使用，请换一个。',
            },
          ],
        });
      const where = organisations.find((each) => each.id === values.organisation);
      const grants = (values.grants ?? []) as { role: string }[];
      const made = {
        ...values,
        id: String(++next),
        status: 'active',
        roles: grants.map((grant) => grant.role),
        organisation: where,
        grants: grants.map((grant, at) => ({ id: String(next * 10 + at), ...grant })),
        password: 'x',
        version: 1,
      } as unknown as Account;
      accounts.push(made);
      return ok({ ...made, temporary_password: 'kX7-mQ2p-Lw9z-Rt4v' }, 201);
    },
  ],
  [
    'GET',
    /^users\/(\d+)$/,
    (_, [id]) => {
      const found = accounts.find((each) => each.id === id);
      return found
        ? ok({ ...found, password: undefined })
        : refuse(404, 'NOT_FOUND', '没有这个用户。');
    },
  ],
  [
    'PATCH',
    /^users\/(\d+)$/,
    (asked, [id]) =>
      ok(
        Object.assign(
          accounts.find((each) => each.id === id)!,
          json(asked),
        ),
      ),
  ],
  ['POST', /^users\/(\d+)\/actions\/(\w+)$/, act],
  [
    'POST',
    /^users\/(\d+)\/grants$/,
    (asked, [id]) => {
      const grant = json(asked);
      if (String(grant.role).endsWith('administrator')) return ok({ request: '77' }, 202);
      const account = accounts.find((each) => each.id === id)!;
      const given = { id: String(++next), ...grant };
      (account.grants as unknown[]).push(given);
      return ok(given, 201);
    },
  ],
  [
    'DELETE',
    /^users\/(\d+)\/grants\/(\d+)$/,
    (_, [id, grant]) => {
      const account = accounts.find((each) => each.id === id)!;
      account.grants = (account.grants as { id: string }[]).filter((each) => each.id !== grant);
      return ok();
    },
  ],
  [
    'GET',
    /^approvals$/,
    () =>
      ok({
        items: [
          {
            id: '77',
            kind: 'role_grant',
            account: { id: '110', name: '李芳' },
            requester: { id: '104', name: '郑立' },
            payload: { role: 'organisation_administrator', scope: 'subtree' },
            reason: '接替周启明负责本区用户管理',
            requested_at: '2026-11-20T15:02:00.000+08:00',
            state: 'pending',
          },
        ],
      }),
  ],
  ['POST', /^approvals\/(\d+)\/actions\/(\w+)$/, () => ok({})],
  [
    'GET',
    /^roles$/,
    () =>
      ok({
        items: [
          {
            name: 'system_administrator',
            title: { zh: '系统管理员', en: 'System administrator' },
            system: 'kernel',
            sensitive: true,
            clearance: 1,
          },
          {
            name: 'security_administrator',
            title: { zh: '安全管理员', en: 'Security administrator' },
            system: 'kernel',
            sensitive: true,
            clearance: 1,
          },
          {
            name: 'audit_administrator',
            title: { zh: '审计管理员', en: 'Audit administrator' },
            system: 'kernel',
            sensitive: true,
            clearance: 1,
          },
          {
            name: 'organisation_administrator',
            title: { zh: '机构管理员', en: 'Organisation administrator' },
            system: 'kernel',
            sensitive: false,
            clearance: 2,
          },
          {
            name: 'officer',
            title: { zh: '卫生监督员', en: 'Officer' },
            system: 'units',
            sensitive: false,
            clearance: 3,
          },
          {
            name: 'clerk',
            title: { zh: '内勤', en: 'Clerk' },
            system: 'units',
            sensitive: false,
            clearance: 2,
          },
        ],
      }),
  ],
  [
    'GET',
    /^audit$/,
    (asked) =>
      ok(
        page(
          audit.filter(
            (each) => !asked.query.get('action') || each.action === asked.query.get('action'),
          ),
          asked.query,
        ),
      ),
  ],
];

function changePassword(asked: Asked): Answer {
  const { current } = json(asked);
  if (!signedIn || current !== signedIn.password)
    return refuse(422, 'INVALID', '有内容需要修改。', {
      faults: [{ field: 'current', code: 'AUTH_FAILED', message: '原密码不对。' }],
    });
  signedIn.password = String(json(asked).new);
  signedIn.must_change_password = false;
  return ok();
}

export const accountRoutes: readonly Route[] = [
  ['GET', /^setup$/, () => ok({ needed })],
  ['POST', /^setup$/, () => ((needed = false), ok({}, 201))],
  [
    'GET',
    /^session$/,
    () => (signedIn ? ok(sessionOf(signedIn)) : refuse(401, 'AUTH_REQUIRED', '请先登录。')),
  ],
  ['POST', /^session$/, signIn],
  ['POST', /^session\/second-factor$/, secondFactor],
  ['DELETE', /^session$/, () => ((signedIn = undefined), ok())],
  [
    'GET',
    /^account\/sessions$/,
    () =>
      ok({
        items: [
          {
            id: '1',
            created_at: '2026-11-21T08:55:00.000+08:00',
            last_used_at: '2026-11-21T09:40:00.000+08:00',
            remote: '10.1.2.3',
            user_agent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/131',
            current: true,
          },
          {
            id: '2',
            created_at: '2026-11-19T08:55:00.000+08:00',
            last_used_at: '2026-11-20T18:10:00.000+08:00',
            remote: '10.1.7.9',
            user_agent: 'Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile',
            current: false,
          },
        ],
      }),
  ],
  ['DELETE', /^account\/sessions\/(\d+)$/, () => ok()],
  ['POST', /^account\/password$/, changePassword],
  ['PATCH', /^account$/, (asked) => (signedIn && Object.assign(signedIn, json(asked)), ok({}))],
  [
    'POST',
    /^account\/totp$/,
    () =>
      ok({
        secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
        uri: 'otpauth://totp/Weijian:officer?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Weijian&algorithm=SHA1&digits=6&period=30',
      }),
  ],
  [
    'POST',
    /^account\/totp\/confirm$/,
    (asked) => {
      if (json(asked).code !== '123456')
        return refuse(422, 'TOTP_CODE', '验证码不对，请等下一个再试。');
      totp = true;
      return ok({ recovery_codes: Array.from({ length: 10 }, (_, at) => `AB${at}DEFGH${at}K`) });
    },
  ],
  ['DELETE', /^account\/totp$/, () => ((totp = false), ok())],
  [
    'GET',
    /^account\/delegation$/,
    () => (delegation ? ok(delegation) : refuse(404, 'NOT_FOUND', '没有委托。')),
  ],
  [
    'PUT',
    /^account\/delegation$/,
    (asked) => (
      (delegation = { ...json(asked), delegate: { id: json(asked).delegate, name: '周启明' } }),
      ok(delegation)
    ),
  ],
  ['DELETE', /^account\/delegation$/, () => ((delegation = undefined), ok())],
  ...adminRoutes,
];
