// The definitions' rules on what stands in a form right now.
import type { Check, Field, RecordDefinition, Session, Values } from '../../client/types';
import {
  decide,
  evaluateRule,
  fromJson,
  instantOf,
  parseRule,
  Unknown,
  type Clock,
  type Rule,
  type RuleMap,
  type RuleValue,
  type ValueType,
} from '../../rules/rules';
import { shapeOf } from '../fields';
import { isReference } from '../labels';

const parsed = new Map<string, Rule | undefined>();

// A rule this browser cannot read decides nothing here; the server still checks it on saving.
function ruleOf(text: string): Rule | undefined {
  if (!parsed.has(text)) {
    try {
      parsed.set(text, parseRule(text));
    } catch {
      parsed.set(text, undefined);
    }
  }
  return parsed.get(text);
}

const file: ValueType = {
  type: 'map',
  fields: {
    hash: { type: 'string' },
    name: { type: 'string' },
    size: { type: 'int' },
    media_type: { type: 'string' },
  },
};
const point: ValueType = {
  type: 'map',
  fields: { lng: { type: 'double' }, lat: { type: 'double' }, system: { type: 'string' } },
};

function typeOf(field: Field): ValueType {
  switch (shapeOf(field)) {
    case 'integer':
      return { type: 'int' };
    case 'decimal':
      return { type: 'decimal', scale: field.scale ?? 0 };
    case 'money':
      return { type: 'decimal', scale: 2 };
    case 'boolean':
      return { type: 'bool' };
    case 'date':
      return { type: 'date' };
    case 'datetime':
      return { type: 'timestamp' };
    case 'codes':
      return { type: 'list', element: { type: 'string' } };
    case 'refs':
      return { type: 'list', element: { type: 'int' } };
    case 'ref':
    case 'organisation':
    case 'user':
    case 'person':
      return { type: 'int' };
    case 'files':
      return { type: 'list', element: file };
    case 'point':
      return point;
    default:
      return { type: 'string' };
  }
}

const plain = (value: unknown): unknown => {
  if (Array.isArray(value))
    return value.map((each: unknown) => (isReference(each) ? each.id : each));
  return isReference(value) ? value.id : value === '' ? null : value;
};

function mapOf(fields: readonly Field[], values: Values): Record<string, RuleValue> {
  const entries = fields.map((field): [string, RuleValue] => [
    field.name,
    fromJson(plain(values[field.name]), typeOf(field)),
  ]);
  return Object.fromEntries(entries);
}

export function clockNow(): Clock {
  return { now: instantOf(Date.now()) };
}

export class FormRules {
  private readonly names: RuleMap;
  private readonly clock = clockNow();

  constructor(
    private readonly definition: RecordDefinition,
    values: Values,
    session: Session,
  ) {
    const id = (text: string): RuleValue => fromJson(text, { type: 'int' });
    const { user, roles } = session;
    this.names = {
      state: typeof values.state === 'string' ? values.state : null,
      ...mapOf(definition.fields, values),
      ...Object.fromEntries(
        definition.rows.map((rows) => [rows.name, this.rowsOf(rows.fields, values[rows.name])]),
      ),
      user: {
        id: id(user.id),
        organisation: id(user.organisation.id),
        region: user.organisation.region ?? null,
        roles: [...roles],
      },
    };
  }

  private rowsOf(fields: readonly Field[], rows: unknown): RuleValue {
    return Array.isArray(rows) ? rows.map((row: Values) => mapOf(fields, row)) : [];
  }

  // The same rules on one child row, which also sees its parent.
  private scopeOf(row?: { readonly fields: readonly Field[]; readonly values: Values }): RuleMap {
    return row
      ? { ...mapOf(row.fields, row.values), parent: this.names, user: this.names.user ?? null }
      : this.names;
  }

  private says(
    text: string | undefined,
    row?: { readonly fields: readonly Field[]; readonly values: Values },
  ): boolean | undefined {
    const rule = text ? ruleOf(text) : undefined;
    return rule && decide(rule, this.scopeOf(row), this.clock);
  }

  visible(
    field: Field,
    row?: { readonly fields: readonly Field[]; readonly values: Values },
  ): boolean {
    return !field.visible_if || this.says(field.visible_if, row) !== false;
  }

  required(
    field: Field,
    row?: { readonly fields: readonly Field[]; readonly values: Values },
  ): boolean {
    return field.required === true || this.says(field.required_if, row) === true;
  }

  // A check fails here only when it is surely false: what is unknown is left to the server.
  failing(
    checks: readonly Check[],
    row?: { readonly fields: readonly Field[]; readonly values: Values },
  ): readonly Check[] {
    return checks.filter((check) => this.says(check.rule, row) === false);
  }

  value(text: string): RuleValue {
    const rule = ruleOf(text);
    return rule ? evaluateRule(rule, this.names, this.clock) : new Unknown('SYNTAX');
  }

  get checks(): readonly Check[] {
    return this.definition.checks;
  }
}
