// What a change of the account policy changes, before and after; the whole of it folds away.
import type { JSX } from 'react';
import { useText, type Translate } from '../kit/language';
import { policyFieldOf, type AccountPolicy } from './policyFields';
import { adminTexts, wordFor, type AdminKey } from './texts';

export interface PolicyFactsProps {
  readonly policy: AccountPolicy;
  readonly former: AccountPolicy | undefined;
}

type Value = AccountPolicy[string] | undefined;

function valueText(t: Translate<AdminKey>, name: string, value: Value): string {
  if (value === undefined) return t('none');
  if (typeof value === 'boolean') return t(value ? 'on' : 'off');
  if (name === 'profile') return wordFor(t, 'profile_', String(value));
  if (name === 'scheme') return String(value).toUpperCase();
  const field = policyFieldOf(name);
  if (!field) return String(value);
  if (value === 0 && field.zeroMeans)
    return t(field.zeroMeans === 'zeroNever' ? 'policyNever' : 'policyNoRule');
  return `${value} ${t(field.unit)}`;
}

export function PolicyFacts({ policy, former }: PolicyFactsProps): JSX.Element {
  const t = useText(adminTexts);
  const names = Object.keys(policy).filter((name) => name !== 'version');
  const changed = former ? names.filter((name) => policy[name] !== former[name]) : [];
  return (
    <>
      {changed.length > 0 && (
        <dl className="policy-changes">
          {changed.map((name) => (
            <div key={name}>
              <dt>{wordFor(t, 'policy_', name)}</dt>
              <dd>
                <del>
                  <span className="unseen">{t('policyBefore')}</span>
                  {valueText(t, name, former?.[name])}
                </del>{' '}
                →{' '}
                <ins>
                  <span className="unseen">{t('policyAfter')}</span>
                  {valueText(t, name, policy[name])}
                </ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <details>
        <summary>{t('policyAll')}</summary>
        <dl className="policy-facts">
          {names.map((name) => (
            <div key={name}>
              <dt>{wordFor(t, 'policy_', name)}</dt>
              <dd>{valueText(t, name, policy[name])}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}
