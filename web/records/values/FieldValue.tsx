// One value of a record as people read it.
import type { JSX } from 'react';
import { Link } from 'react-router';
import { useDictionary, useRegions } from '../../client/queries';
import type {
  DictionaryItem,
  Field,
  FileValue,
  PointValue,
  RecordDefinition,
} from '../../client/types';
import { areaText, day, grouped, instant, money } from '../../kit/format';
import { areaOf } from '../../kit/outline';
import { useLanguage, useText, type Language } from '../../kit/language';
import { shapeOf, stateTitle } from '../fields';
import { cornersOf, type Polygon } from '../form/corners';
import { isReference, referenceLabel } from '../labels';
import { recordTexts } from '../texts';

export interface FieldValueProps {
  readonly field: Field;
  readonly value: unknown;
  readonly record?: RecordDefinition;
  readonly plain?: boolean;
}

export function isBlank(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );
}

function codeTitle(items: readonly DictionaryItem[], code: string, language: Language): string {
  const item = items.find((each) => each.code === code);
  return item ? (language === 'en' && item.en) || item.zh : code;
}

export function FieldValue({ field, value, record, plain }: FieldValueProps): JSX.Element {
  const t = useText(recordTexts);
  if (isBlank(value)) return <span className="quiet">{t('none')}</span>;
  const shape = shapeOf(field);
  if (field.name === 'state' && record)
    return <span className="badge accent">{stateTitle(record, String(value))}</span>;
  switch (shape) {
    case 'boolean':
      return <>{t(value ? 'yes' : 'no')}</>;
    case 'date':
      return <>{day(String(value))}</>;
    case 'datetime':
      return <>{instant(String(value))}</>;
    case 'integer':
    case 'decimal':
      return <>{grouped(String(value))}</>;
    case 'money':
      return <>{money(String(value))}</>;
    case 'code':
    case 'codes':
      return (
        <Codes field={field} codes={Array.isArray(value) ? value.map(String) : [String(value)]} />
      );
    case 'region':
      return <Region code={String(value)} />;
    case 'ref':
    case 'refs':
      return <References field={field} value={value} plain={plain} />;
    case 'organisation':
    case 'user':
    case 'person':
      return <>{referenceLabel(value)}</>;
    case 'files':
      return <>{t('files', { count: (value as readonly FileValue[]).length })}</>;
    case 'point': {
      const { lng, lat } = value as PointValue;
      return <>{`${Number(lng).toFixed(5)}, ${Number(lat).toFixed(5)}`}</>;
    }
    case 'polygon':
      return <>{areaText(areaOf(cornersOf(value as Polygon)))}</>;
    case 'signature':
      return <>{t('signed')}</>;
    default:
      return (
        <>
          {typeof value === 'object'
            ? referenceLabel(value) || JSON.stringify(value)
            : String(value)}
        </>
      );
  }
}

function Codes({
  field,
  codes,
}: {
  readonly field: Field;
  readonly codes: readonly string[];
}): JSX.Element {
  const t = useText(recordTexts);
  const language = useLanguage();
  const items = useDictionary(field.dictionary);
  return <>{codes.map((code) => codeTitle(items, code, language)).join(t('listJoin'))}</>;
}

function Region({ code }: { readonly code: string }): JSX.Element {
  const language = useLanguage();
  const regions = useRegions();
  return <>{codeTitle(regions, code, language)}</>;
}

interface ReferencesProps {
  readonly field: Field;
  readonly value: unknown;
  readonly plain?: boolean;
}

function References({ field, value, plain }: ReferencesProps): JSX.Element {
  const t = useText(recordTexts);
  const list = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  return (
    <>
      {list.map((each, at) => (
        <span key={isReference(each) ? each.id : String(each)}>
          {at > 0 && t('listJoin')}
          {plain || !isReference(each) ? (
            referenceLabel(each)
          ) : (
            <Link
              to={`/records/${field.record}/${each.id}`}
              onClick={(event) => event.stopPropagation()}
            >
              {referenceLabel(each)}
            </Link>
          )}
        </span>
      ))}
    </>
  );
}
