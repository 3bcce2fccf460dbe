// Defaults of a new record: the rules of the definition, answered by this browser.
import type { Field, RecordDefinition, Session, Values } from '../../client/types';
import { dayText, instantText } from '../../rules/days';
import { Day, Decimal, Instant, Unknown, type RuleValue } from '../../rules/values';
import { FormRules } from './rules';

function valueIn(field: Field, value: RuleValue, session: Session): unknown {
  if (value === null || value instanceof Unknown) return null;
  if (value instanceof Day) return dayText(value);
  if (value instanceof Instant)
    return field.type === 'date' ? instantText(value).slice(0, 10) : instantText(value);
  if (value instanceof Decimal) return value.toString();
  if (typeof value === 'bigint') {
    const id = value.toString();
    if (field.type === 'organisation' && id === session.user.organisation.id)
      return { id, label: session.user.organisation.name };
    if (field.type === 'user' && id === session.user.id)
      return { id, label: session.user.display_name };
    return field.type === 'integer' ? Number(value) : id;
  }
  return Array.isArray(value) || typeof value !== 'object' ? value : null;
}

export function initialValues(definition: RecordDefinition, session: Session): Values {
  const rules = new FormRules(definition, {}, session);
  const given = definition.fields.filter(
    (field) => field.default !== undefined && field.type !== 'computed',
  );
  return Object.fromEntries(
    given.map((field) => [field.name, valueIn(field, rules.value(field.default!), session)]),
  );
}

export function initialRow(
  definition: RecordDefinition,
  fields: readonly Field[],
  session: Session,
): Values {
  const rules = new FormRules(definition, {}, session);
  const given = fields.filter((field) => field.default !== undefined);
  return Object.fromEntries(
    given.map((field) => [field.name, valueIn(field, rules.value(field.default!), session)]),
  );
}
