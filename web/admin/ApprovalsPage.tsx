// What waits for a second person's word.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState, type JSX } from 'react';
import { api } from '../client/api';
import { Empty } from '../kit/Empty';
import { instant } from '../kit/format';
import { useText } from '../kit/language';
import { Loading } from '../kit/Loading';
import { Page } from '../kit/Page';
import { ProblemView } from '../kit/ProblemView';
import { referenceLabel } from '../records/labels';
import './admin.css';
import { FormDialog } from './FormDialog';
import { PolicyFacts } from './PolicyFacts';
import type { AccountPolicy } from './policyFields';
import { adminTexts, wordFor } from './texts';
import { useRoleTitle } from './useRoles';

interface Approval {
  readonly id: string;
  readonly kind: string;
  readonly account: unknown;
  readonly requested_by?: unknown;
  readonly requester?: unknown;
  readonly requested_at: string;
  readonly reason?: string;
  readonly payload?: {
    readonly grant?: { readonly role: string; readonly scope: string };
    readonly role?: string;
    readonly scope?: string;
    readonly policy?: AccountPolicy;
    readonly former?: AccountPolicy;
  };
}

type Decision = { readonly approval: Approval; readonly action: 'approve' | 'reject' };

export function ApprovalsPage(): JSX.Element {
  const t = useText(adminTexts);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [decision, setDecision] = useState<Decision>();
  const { data, error, refetch } = useQuery({
    queryKey: ['approvals'],
    queryFn: () => api<{ items: readonly Approval[] }>('approvals'),
  });
  const decide = async (reason: unknown): Promise<void> => {
    if (!decision) return;
    await api(`approvals/${decision.approval.id}/actions/${decision.action}`, {
      method: 'POST',
      body: { reason: String(reason ?? '') },
    });
    void client.invalidateQueries({ queryKey: ['approvals'] });
    void message.success(t('decided'));
    setDecision(undefined);
  };
  return (
    <Page narrow name={t('approvals')} title={t('approvals')}>
      {error && <ProblemView problem={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data?.items.length === 0 && (
        <Empty icon="stamp" title={t('approvalsEmpty')} hint={t('approvalsEmptyHint')} />
      )}
      <ul className="approvals">
        {data?.items.map((approval) => (
          <li key={approval.id} className="card pad">
            <Facts approval={approval} />
            <div>
              <Button type="primary" onClick={() => setDecision({ approval, action: 'approve' })}>
                {t('approve')}
              </Button>
              <Button onClick={() => setDecision({ approval, action: 'reject' })}>
                {t('reject')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {decision && (
        <FormDialog
          title={t(decision.action === 'approve' ? 'approveTitle' : 'rejectTitle')}
          okText={t(decision.action)}
          danger={decision.action === 'reject'}
          hint={<Facts approval={decision.approval} />}
          fields={[
            {
              name: 'reason',
              label: t('reason'),
              type: 'area',
              required: decision.action === 'reject',
              hint: t('reasonHint'),
            },
          ]}
          onSubmit={({ reason }) => decide(reason)}
          onClose={() => setDecision(undefined)}
        />
      )}
    </Page>
  );
}

function Facts({ approval }: { readonly approval: Approval }): JSX.Element {
  const t = useText(adminTexts);
  const roleTitle = useRoleTitle();
  const grant = approval.payload?.grant ?? approval.payload;
  return (
    <span className="approval-facts">
      <strong>
        {wordFor(t, 'approval_', approval.kind)}
        {referenceLabel(approval.account) && `：${referenceLabel(approval.account)}`}
      </strong>
      {grant?.role && (
        <span>
          {roleTitle(grant.role)} · {wordFor(t, 'scope_', grant.scope ?? '')}
        </span>
      )}
      {approval.payload?.policy && (
        <PolicyFacts policy={approval.payload.policy} former={approval.payload.former} />
      )}
      {approval.reason && <span>{approval.reason}</span>}
      <small className="quiet">
        {t('approvalBy', {
          name: referenceLabel(approval.requested_by ?? approval.requester),
          time: instant(approval.requested_at),
        })}
      </small>
    </span>
  );
}
