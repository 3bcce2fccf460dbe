// What can be said about a form before the server sees it. The server checks everything again.
import type { Field, RecordDefinition, Values } from '../../client/types';
import { titleOf, type Translate } from '../../kit/language';
import { shapeOf } from '../fields';
import { isBlank } from '../values/FieldValue';
import { creditCodeFinding, idCardFinding, phoneFinding, type Finding } from './identifiers';
import { rowPath } from './paths';
import type { FormRules } from './rules';
import type { FormKey } from './texts';

export interface FormFault {
  readonly path: string;
  readonly message: string;
  readonly warning?: boolean;
}

const dayOf = (limit: string): string =>
  limit.startsWith('today') ? new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10) : limit;

function textFinding(field: Field, text: string): Finding | undefined {
  const count = [...text].length;
  if (field.max && count > field.max)
    return { key: 'faultMax', parameters: { max: field.max, count } };
  if (field.pattern && !new RegExp(`^(?:${field.pattern})$`, 'u').test(text))
    return { key: 'faultPattern' };
  return undefined;
}

function numberFinding(field: Field, text: string): Finding | undefined {
  const scale = field.type === 'integer' ? 0 : field.type === 'money' ? 2 : (field.scale ?? 0);
  const [, , fraction = ''] = /^-?(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (!/^-?\d+(\.\d+)?$/.test(text)) return { key: 'faultNumber' };
  if (fraction.length > scale)
    return scale === 0 ? { key: 'faultInteger' } : { key: 'faultScale', parameters: { scale } };
  if (field.minimum !== undefined && Number(text) < Number(field.minimum))
    return { key: 'faultMinimum', parameters: { limit: field.minimum } };
  if (field.maximum !== undefined && Number(text) > Number(field.maximum))
    return { key: 'faultMaximum', parameters: { limit: field.maximum } };
  return undefined;
}

function dayFinding(field: Field, text: string): Finding | undefined {
  const day = text.slice(0, 10);
  const [minimum, maximum] = [
    field.minimum && dayOf(field.minimum),
    field.maximum && dayOf(field.maximum),
  ];
  if (minimum && day < minimum) return { key: 'faultEarliest', parameters: { limit: minimum } };
  if (maximum && day > maximum) return { key: 'faultLatest', parameters: { limit: maximum } };
  return undefined;
}

export function findingOf(field: Field, value: unknown): Finding | undefined {
  switch (shapeOf(field)) {
    case 'text':
      return textFinding(field, String(value));
    case 'integer':
    case 'decimal':
    case 'money':
      return numberFinding(field, String(value));
    case 'date':
    case 'datetime':
      return dayFinding(field, String(value));
    case 'credit_code':
      return creditCodeFinding(String(value));
    case 'id_card':
      return idCardFinding(String(value));
    case 'phone':
      return phoneFinding(String(value));
    default:
      return undefined;
  }
}

export interface Judged {
  readonly definition: RecordDefinition;
  readonly values: Values;
  readonly rules: FormRules;
  readonly masked: ReadonlySet<string>;
  readonly t: Translate<FormKey>;
}

type Row = { readonly fields: readonly Field[]; readonly values: Values };

function fieldFault(
  judged: Judged,
  field: Field,
  path: string,
  values: Values,
  row?: Row,
): FormFault | undefined {
  const { rules, masked, t } = judged;
  if (field.read_only || field.type === 'computed' || !rules.visible(field, row)) return undefined;
  const value = values[field.name];
  if (isBlank(value))
    return rules.required(field, row)
      ? { path, message: t('faultRequired', { title: titleOf(field.title) }) }
      : undefined;
  if (masked.has(path) && String(value).includes('*')) return undefined;
  const finding = findingOf(field, value);
  return finding && { path, message: t(finding.key, finding.parameters) };
}

// Every fault of the form, in the order of the form.
export function faultsOf(judged: Judged): readonly FormFault[] {
  const { definition, values, rules } = judged;
  const faults: FormFault[] = [];
  for (const field of definition.fields) {
    const fault = fieldFault(judged, field, field.name, values);
    if (fault) faults.push(fault);
  }
  for (const rows of definition.rows) {
    const list = (values[rows.name] ?? []) as readonly Values[];
    list.forEach((values_, at) => {
      const row = { fields: rows.fields, values: values_ };
      for (const field of rows.fields) {
        const fault = fieldFault(judged, field, rowPath(rows.name, at, field.name), values_, row);
        if (fault) faults.push(fault);
      }
      for (const check of rules.failing(rows.checks ?? [], row))
        faults.push({
          path: rowPath(rows.name, at, check.fields[0] ?? rows.fields[0]!.name),
          message: titleOf(check.message),
          warning: check.warning,
        });
    });
  }
  for (const check of rules.failing(definition.checks))
    faults.push({
      path: check.fields[0] ?? definition.label,
      message: titleOf(check.message),
      warning: check.warning,
    });
  return faults;
}
