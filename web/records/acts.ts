// The words of what is done to any record, for its timeline and for the audit log.
export const acts = {
  zh: {
    act_create: '新建',
    act_update: '修改',
    act_delete: '删除',
    act_restore: '恢复',
    act_unmask: '查看脱敏内容',
    act_import: '导入',
    act_export: '导出',
    act_read: '查阅',
  },
  en: {
    act_create: 'created',
    act_update: 'changed',
    act_delete: 'deleted',
    act_restore: 'restored',
    act_unmask: 'unmasked',
    act_import: 'imported',
    act_export: 'exported',
    act_read: 'read',
  },
};
