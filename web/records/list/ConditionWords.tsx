// A filter as words: 单位状态：正常、停业.
import type { JSX } from 'react';
import { useDictionary, useRegions } from '../../client/queries';
import type { Field, RecordDefinition } from '../../client/types';
import { titleOf, useLanguage, useText, type Translate } from '../../kit/language';
import { shapeOf, stateTitle } from '../fields';
import { recordTexts, type RecordKey } from '../texts';
import { useLabels } from '../values/labelStore';
import type { Condition } from './query';

const operatorWords: Readonly<Record<string, RecordKey>> = {
  ne: 'notEquals',
  like: 'contains',
  prefix: 'startsWith',
  gt: 'moreThan',
  lt: 'lessThan',
  null: 'isEmpty',
  notnull: 'isNotEmpty',
};

function operatorWord(condition: Condition, field: Field, t: Translate<RecordKey>): string {
  const dated = ['date', 'datetime'].includes(shapeOf(field));
  if (condition.operator === 'gte') return t(dated ? 'from' : 'atLeast');
  if (condition.operator === 'lte') return t(dated ? 'to' : 'atMost');
  const key = operatorWords[condition.operator];
  return key ? t(key) : '';
}

// The words of every value a filter names: codes by their titles, ids by the labels seen before.
export function useConditionWords(
  record: RecordDefinition,
  field: Field,
): (conditions: readonly Condition[]) => string {
  const t = useText(recordTexts);
  const language = useLanguage();
  const dictionary = useDictionary(field.dictionary);
  const regions = useRegions(field.type === 'region');
  const labels = useLabels();
  const wordOf = (value: string): string => {
    if (field.name === 'state') return stateTitle(record, value);
    const item = [...dictionary, ...regions].find(({ code }) => code === value);
    if (item) return (language === 'en' && item.en) || item.zh;
    if (field.type === 'boolean') return t(value === 'true' ? 'yes' : 'no');
    if (shapeOf(field) === 'datetime') return value.slice(0, 10);
    return labels(value);
  };
  return (conditions) =>
    conditions
      .map((condition) =>
        [operatorWord(condition, field, t), condition.values.map(wordOf).join(t('listJoin'))]
          .filter(Boolean)
          .join(' '),
      )
      .join(' ');
}

export interface ConditionWordsProps {
  readonly record: RecordDefinition;
  readonly field: Field;
  readonly conditions: readonly Condition[];
}

export function ConditionWords({ record, field, conditions }: ConditionWordsProps): JSX.Element {
  const words = useConditionWords(record, field);
  return (
    <>
      <span className="quiet">{titleOf(field.title)}</span> {words(conditions)}
    </>
  );
}
