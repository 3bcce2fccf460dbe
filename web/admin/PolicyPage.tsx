// The rules of passwords, locks and sessions. A change waits for a second administrator.
import { useQuery } from '@tanstack/react-query';
import { App, Button, InputNumber, Segmented, Select, Switch } from 'antd';
import { useState, type JSX } from 'react';
import { api } from '../client/api';
import { asProblem } from '../client/problem';
import { useMay } from '../client/queries';
import { useText } from '../kit/language';
import { Loading } from '../kit/Loading';
import { Page } from '../kit/Page';
import { ProblemView } from '../kit/ProblemView';
import './policy.css';
import { policyGroups, profiles, type AccountPolicy, type PolicyField } from './policyFields';
import { adminTexts, wordFor } from './texts';

export function PolicyPage(): JSX.Element {
  const t = useText(adminTexts);
  const { data, error, refetch } = useQuery({
    queryKey: ['policy'],
    queryFn: () => api<AccountPolicy>('policies/account'),
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
  return (
    <Page
      narrow
      name={t('policy')}
      title={t('policy')}
      beside={
        data && (
          <span className="quiet">{t('policyVersion', { version: Number(data.version) })}</span>
        )
      }
    >
      {error && <ProblemView problem={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && <PolicyForm key={String(data.version)} policy={data} />}
    </Page>
  );
}

function PolicyForm({ policy }: { readonly policy: AccountPolicy }): JSX.Element {
  const t = useText(adminTexts);
  const may = useMay();
  const { message } = App.useApp();
  const [values, setValues] = useState(policy);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const fixed = !may('policies', 'update');
  const changed = Object.keys(values).filter((name) => values[name] !== policy[name]);
  const set = (more: AccountPolicy): void => {
    setValues((now) => ({ ...now, ...more }));
    setAsked(false);
    setFaults({});
  };
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      await api('policies/account', { method: 'PUT', body: values });
      setAsked(true);
      void message.success(t('requested'));
    } catch (thrown) {
      const problem = asProblem(thrown);
      setFaults(
        Object.fromEntries(problem.faults.map(({ field, message: text }) => [field, text])),
      );
      if (!problem.faults.length) void message.error(problem.message);
    }
    setBusy(false);
  };
  return (
    <form
      className="policy"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <section>
        <h2>{t('policyProfile')}</h2>
        <div className="policy-wide">
          <Segmented
            aria-label={t('policyProfile')}
            disabled={fixed}
            value={String(values.profile)}
            options={Object.keys(profiles).map((value) => ({
              value,
              label: wordFor(t, 'profile_', value),
            }))}
            onChange={(profile) => set({ profile, ...profiles[profile] })}
          />
          <p className="form-help">{wordFor(t, 'profileHint_', String(values.profile))}</p>
        </div>
      </section>
      {policyGroups.map(({ title, fields }) => (
        <section key={title}>
          <h2>{t(title)}</h2>
          <div>
            {fields.map((field) => (
              <NumberLine
                key={field.name}
                field={field}
                fixed={fixed}
                value={Number(values[field.name])}
                changed={changed.includes(field.name)}
                fault={faults[field.name]}
                onChange={(value) => set({ [field.name]: value })}
              />
            ))}
          </div>
        </section>
      ))}
      <section>
        <h2>{t('policyOthers')}</h2>
        <div>
          <p className="policy-line">
            <label htmlFor="policy-second">{t('policy_second_factor_enforced')}</label>
            <Switch
              id="policy-second"
              disabled={fixed}
              checked={values.second_factor_enforced === true}
              onChange={(second_factor_enforced) => set({ second_factor_enforced })}
            />
          </p>
          <p className="policy-line">
            <label htmlFor="policy-scheme">{t('policy_scheme')}</label>
            <Select
              id="policy-scheme"
              aria-label={t('policy_scheme')}
              disabled={fixed}
              value={String(values.scheme)}
              options={['argon2id', 'pbkdf2-sm3'].map((value) => ({
                value,
                label: value.toUpperCase(),
              }))}
              onChange={(scheme) => set({ scheme })}
            />
          </p>
        </div>
      </section>
      {!fixed && (
        <footer className="form-actions">
          <Button
            type="primary"
            htmlType="submit"
            loading={busy}
            disabled={!changed.length || asked}
          >
            {t('policySubmit')}
          </Button>
          {changed.length > 0 && !asked && (
            <Button onClick={() => set(policy)}>{t('policyReset')}</Button>
          )}
          <span className="quiet" role="status">
            {asked
              ? t('requested')
              : changed.length
                ? t('policyChanged', { count: changed.length })
                : t('policyHint')}
          </span>
        </footer>
      )}
    </form>
  );
}

interface NumberLineProps {
  readonly field: PolicyField;
  readonly value: number;
  readonly fixed: boolean;
  readonly changed: boolean;
  readonly fault: string | undefined;
  readonly onChange: (value: number) => void;
}

function NumberLine({
  field,
  value,
  fixed,
  changed,
  fault,
  onChange,
}: NumberLineProps): JSX.Element {
  const t = useText(adminTexts);
  const id = `policy-${field.name}`;
  return (
    <div className={changed ? 'policy-line changed' : 'policy-line'}>
      <label htmlFor={id}>
        {wordFor(t, 'policy_', field.name)}
        <small className={fault ? 'form-fault' : 'quiet'} role={fault ? 'alert' : undefined}>
          {fault ??
            [
              t('policyRange', { minimum: field.minimum, maximum: field.maximum }),
              field.zeroMeans && t(field.zeroMeans),
            ]
              .filter(Boolean)
              .join(t('policyJoin'))}
        </small>
      </label>
      <InputNumber
        id={id}
        controls={false}
        disabled={fixed}
        precision={0}
        min={field.minimum}
        max={field.maximum}
        status={fault ? 'error' : undefined}
        suffix={t(field.unit)}
        value={value}
        onChange={(next) => next !== null && onChange(next)}
      />
    </div>
  );
}
