// My account: password, devices, second step, who acts for me, language.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, DatePicker, Input, Segmented } from 'antd';
import dayjs from 'dayjs';
import { useState, type JSX, type ReactNode } from 'react';
import { api } from '../client/api';
import { asProblem } from '../client/problem';
import { useSession } from '../client/queries';
import { instant } from '../kit/format';
import { setLanguage, useLanguage, useText, type Language } from '../kit/language';
import { Page } from '../kit/Page';
import { isReference, referenceLabel } from '../records/labels';
import { Lookup } from '../records/values/Lookup';
import './account.css';
import { deviceOf } from './device';
import { PasswordForm } from './PasswordForm';
import { accountTexts } from './texts';
import { TotpSection } from './TotpSection';

export function AccountPage(): JSX.Element {
  const t = useText(accountTexts);
  const session = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const again = (): void => void client.invalidateQueries({ queryKey: ['session'] });
  const changed = (): void => {
    void message.success(t('changed'));
    again();
    void client.invalidateQueries({ queryKey: ['account-sessions'] });
  };
  return (
    <Page
      narrow
      name={t('title')}
      title={t('title')}
      beside={
        <span className="quiet">
          {session.user.display_name} · {session.user.organisation.name}
        </span>
      }
    >
      <Card title={t('password')} hint={t('passwordHint')}>
        <PasswordForm session={session} onChanged={changed} />
      </Card>
      <Card title={t('totp')} hint={t('totpHint')}>
        <TotpSection session={session} onChanged={again} />
      </Card>
      <Card title={t('sessions')} hint={t('sessionsHint')}>
        <Sessions />
      </Card>
      <Card title={t('delegation')} hint={t('delegationHint')}>
        <Delegation />
      </Card>
      <Card title={t('language')} hint={t('languageHint')}>
        <LanguageChoice />
      </Card>
    </Page>
  );
}

function Card({
  title,
  hint,
  children,
}: {
  readonly title: string;
  readonly hint: string;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <section className="account-card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <p>{hint}</p>
      </header>
      <div>{children}</div>
    </section>
  );
}

interface SignedIn {
  readonly id: string;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly remote: string;
  readonly user_agent: string;
  readonly current: boolean;
}

function Sessions(): JSX.Element {
  const t = useText(accountTexts);
  const client = useQueryClient();
  const { modal, message } = App.useApp();
  const { data } = useQuery({
    queryKey: ['account-sessions'],
    queryFn: async () => {
      const answer = await api<{ items: readonly SignedIn[] } | readonly SignedIn[]>(
        'account/sessions',
      );
      return 'items' in answer ? answer.items : answer;
    },
  });
  const end = (id: string): void =>
    void modal.confirm({
      title: t('endTitle'),
      okText: t('end'),
      cancelText: t('cancel'),
      onOk: async () => {
        await api(`account/sessions/${id}`, { method: 'DELETE' }).catch((error: unknown) =>
          message.error(asProblem(error).message),
        );
        void client.invalidateQueries({ queryKey: ['account-sessions'] });
      },
    });
  return (
    <ul>
      {data?.map(({ id, user_agent, remote, created_at, last_used_at, current }) => (
        <li key={id} className="session">
          <div>
            {t(deviceOf(user_agent))} · {remote}{' '}
            {current && <span className="badge green">{t('thisSession')}</span>}
            <small>
              {t('signedInAt', { time: instant(created_at) })} ·{' '}
              {t('lastUsed', { time: instant(last_used_at) })}
            </small>
          </div>
          {!current && (
            <Button size="small" onClick={() => end(id)}>
              {t('end')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

interface Delegated {
  readonly delegate: unknown;
  readonly valid_from: string;
  readonly valid_to: string;
  readonly reason?: string;
}

function Delegation(): JSX.Element {
  const t = useText(accountTexts);
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data } = useQuery({
    queryKey: ['delegation'],
    queryFn: async () => {
      const answer = await api<Delegated | { delegation: Delegated | null } | undefined>(
        'account/delegation',
      ).catch((error: unknown) => {
        if (asProblem(error).status === 404) return undefined;
        throw error;
      });
      return answer && 'delegate' in answer && answer.delegate ? answer : null;
    },
  });
  const [delegate, setDelegate] = useState<unknown>(null);
  const [range, setRange] = useState<readonly [string, string]>();
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState('');

  const run = async (act: () => Promise<unknown>): Promise<void> => {
    setFault('');
    try {
      await act();
      await client.invalidateQueries({ queryKey: ['delegation'] });
      void message.success(t('delegationSaved'));
    } catch (error) {
      const problem = asProblem(error);
      setFault(problem.faults[0]?.message ?? problem.message);
    }
  };
  if (data)
    return (
      <p>
        {t('delegationNow', {
          from: data.valid_from,
          to: data.valid_to,
          name: referenceLabel(data.delegate),
        })}{' '}
        <Button
          size="small"
          onClick={() => void run(() => api('account/delegation', { method: 'DELETE' }))}
        >
          {t('delegationEnd')}
        </Button>
      </p>
    );
  const save = (): Promise<void> =>
    run(() =>
      api('account/delegation', {
        method: 'PUT',
        body: {
          delegate: isReference(delegate) ? delegate.id : '',
          valid_from: range?.[0],
          valid_to: range?.[1],
          reason: reason.trim(),
        },
      }),
    );
  return (
    <form
      className="account-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div>
        <label htmlFor="delegate">{t('delegate')}</label>
        <Lookup
          id="delegate"
          field={{ type: 'user' }}
          label={t('delegate')}
          value={delegate}
          onChange={setDelegate}
        />
      </div>
      <div>
        <label htmlFor="delegation-from">{t('delegationPeriod')}</label>
        <DatePicker.RangePicker
          id={{ start: 'delegation-from', end: 'delegation-to' }}
          style={{ width: '100%' }}
          placeholder={[t('validFrom'), t('validTo')]}
          disabledDate={(day) => day.isBefore(dayjs(), 'day')}
          onChange={(days) =>
            setRange(
              days?.[0] && days[1]
                ? [days[0].format('YYYY-MM-DD'), days[1].format('YYYY-MM-DD')]
                : undefined,
            )
          }
        />
      </div>
      <div>
        <label htmlFor="delegation-reason">{t('reason')}</label>
        <Input
          id="delegation-reason"
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <Button htmlType="submit" disabled={!delegate || !range || !reason.trim()}>
        {t('delegationSave')}
      </Button>
    </form>
  );
}

function LanguageChoice(): JSX.Element {
  const language = useLanguage();
  const t = useText(accountTexts);
  const choose = (next: Language): void => {
    setLanguage(next);
    void api('account', { method: 'PATCH', body: { language: next } }).catch(() => undefined);
  };
  return (
    <Segmented<Language>
      aria-label={t('language')}
      value={language}
      options={[
        {
          value: 'zh',
          label: (
            <span translate="no" lang="zh-CN">
              中文
            </span>
          ),
        },
        {
          value: 'en',
          label: (
            <span translate="no" lang="en">
              English
            </span>
          ),
        },
      ]}
      onChange={choose}
    />
  );
}
