// The words of the change log: its acts and the kernel's own objects. Records and the acts of their
// workflows are named by the definitions.
import type { Translate } from '../kit/language';
import { acts as recordActs } from '../records/acts';

const zh = {
  ...recordActs.zh,
  act_print: '打印',
  act_search: '检索',
  act_activate: '启用定义',
  act_login_ok: '登录成功',
  act_login_fail: '登录失败',
  act_login_blocked: '登录被拒（账号已锁定或停用）',
  act_login_lock: '账号被锁定',
  act_logout: '退出登录',
  act_session_kill: '结束登录',
  act_mfa_begin: '开始设置动态口令',
  act_mfa_enrol: '启用动态口令',
  act_mfa_fail: '动态口令不对',
  act_mfa_reset: '重置动态口令',
  act_pwd_change: '修改密码',
  act_pwd_reset: '重置密码',
  act_pwd_check_fail: '核对密码失败',
  act_user_create: '新建账号',
  act_user_modify: '修改账号',
  act_user_freeze: '冻结账号',
  act_user_unfreeze: '解冻账号',
  act_user_delete: '离职停用账号',
  act_user_wipe: '清除个人信息',
  act_unlock: '解锁账号',
  act_role_grant: '授予角色',
  act_role_revoke: '收回角色',
  act_delegation_set: '设置外出委托',
  act_delegation_end: '结束外出委托',
  act_token_create: '新建接口令牌',
  act_token_revoke: '停用接口令牌',
  act_approval_request: '提出审批请求',
  act_approval_yes: '同意审批请求',
  act_approval_no: '驳回审批请求',
  act_policy_change: '修改账号策略',
  act_audit_read: '查阅审计日志',
  act_key_create: '新建密钥',
  act_key_rotate: '轮换密钥',
  act_key_reencrypted: '完成重新加密',
  act_key_retire: '停用旧密钥',
  object_organisation: '机构',
  object_user_account: '账号',
  object_user_approval: '审批',
  object_user_policy: '账号策略',
  object_change_log: '审计日志',
  object_data_key: '密钥',
  object_release: '系统定义',
  system: '系统',
  field_grant: '角色与范围',
  field_reason: '原因',
  field_status: '状态',
  field_state: '状态',
  field_field: '字段',
  field_rows: '行数',
  field_query: '查询条件',
  field_session: '会话',
  field_sessions: '会话数',
  field_minutes: '分钟数',
  field_login_name: '用户名',
  field_display_name: '姓名',
  field_organisation: '所属机构',
  field_department: '部门',
  field_kind: '类别',
  field_name: '名称',
  field_short_name: '简称',
  field_code: '代码',
  field_region: '行政区划',
  field_parent: '上级机构',
  field_credit_code: '统一社会信用代码',
  field_phone: '手机',
  field_id_card: '身份证号',
  field_valid_from: '有效期起',
  field_valid_to: '有效期至',
  field_delegate: '受托人',
  field_policy: '账号策略',
};

const en: typeof zh = {
  ...recordActs.en,
  act_unmask: 'looked at masked contents of',
  act_print: 'printed',
  act_search: 'searched',
  act_activate: 'activated the definitions',
  act_login_ok: 'signed in',
  act_login_fail: 'failed to sign in',
  act_login_blocked: 'was refused at sign-in (locked or closed)',
  act_login_lock: 'was locked',
  act_logout: 'signed out',
  act_session_kill: 'ended sessions of',
  act_mfa_begin: 'began to set up the second step',
  act_mfa_enrol: 'turned on the second step',
  act_mfa_fail: 'failed the second step',
  act_mfa_reset: 'reset the second step of',
  act_pwd_change: 'changed the password of',
  act_pwd_reset: 'reset the password of',
  act_pwd_check_fail: 'failed to confirm the password',
  act_user_create: 'created',
  act_user_modify: 'changed',
  act_user_freeze: 'froze',
  act_user_unfreeze: 'unfroze',
  act_user_delete: 'closed on leaving',
  act_user_wipe: 'wiped the personal details of',
  act_unlock: 'unlocked',
  act_role_grant: 'granted a role to',
  act_role_revoke: 'revoked a role of',
  act_delegation_set: 'delegated while away',
  act_delegation_end: 'ended the delegation of',
  act_token_create: 'made an interface token for',
  act_token_revoke: 'revoked an interface token of',
  act_approval_request: 'asked for approval',
  act_approval_yes: 'approved',
  act_approval_no: 'rejected',
  act_policy_change: 'changed the account policy',
  act_audit_read: 'read the audit log',
  act_key_create: 'made',
  act_key_rotate: 'rotated',
  act_key_reencrypted: 'finished encrypting anew with',
  act_key_retire: 'retired',
  object_organisation: 'organisation',
  object_user_account: 'account',
  object_user_approval: 'request for approval',
  object_user_policy: 'account policy',
  object_change_log: 'audit log',
  object_data_key: 'data key',
  object_release: 'definitions',
  system: 'System',
  field_grant: 'Role and scope',
  field_reason: 'Reason',
  field_status: 'Status',
  field_state: 'State',
  field_field: 'Field',
  field_rows: 'Rows',
  field_query: 'Query',
  field_session: 'Session',
  field_sessions: 'Sessions',
  field_minutes: 'Minutes',
  field_login_name: 'User name',
  field_display_name: 'Name',
  field_organisation: 'Organisation',
  field_department: 'Department',
  field_kind: 'Kind',
  field_name: 'Name',
  field_short_name: 'Short name',
  field_code: 'Code',
  field_region: 'Administrative division',
  field_parent: 'Parent organisation',
  field_credit_code: 'Unified social credit code',
  field_phone: 'Mobile phone',
  field_id_card: 'Identity card',
  field_valid_from: 'Valid from',
  field_valid_to: 'Valid to',
  field_delegate: 'Colleague',
  field_policy: 'Account policy',
};

export const auditTexts = { zh, en };
export type AuditKey = keyof typeof zh;

function wordsBehind(prefix: string): readonly string[] {
  return Object.keys(zh)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
}

export const acts = wordsBehind('act_');
export const objects = wordsBehind('object_');

// These name their object themselves, or it is the account of whoever acted.
const complete =
  /^(login_|logout|mfa_(begin|enrol|fail)|pwd_check|activate|delegation_set|policy_|audit_|.*approval)/;

// The word of a name, or the name itself where there is none.
function wordOf(prefix: string): (name: string, t: Translate<AuditKey>) => string {
  return (name, t) => {
    const key = prefix + name;
    return key in zh ? t(key as AuditKey) : name;
  };
}

export const actWord = wordOf('act_');
export const objectWord = wordOf('object_');
export const fieldWord = wordOf('field_');

export function namesItsObject(action: string): boolean {
  return complete.test(action);
}
