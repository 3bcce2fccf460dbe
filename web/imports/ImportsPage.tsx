// Every import, newest first.
import { Button } from 'antd';
import type { JSX } from 'react';
import { Link } from 'react-router';
import { useList } from '../admin/useList';
import { useDefinitions } from '../client/queries';
import { Empty } from '../kit/Empty';
import { grouped, instant } from '../kit/format';
import { Icon } from '../kit/Icon';
import { titleOf, useText } from '../kit/language';
import { Loading } from '../kit/Loading';
import { Page } from '../kit/Page';
import { ProblemView } from '../kit/ProblemView';
import '../admin/admin.css';
import { importTexts } from './texts';
import type { Import } from './types';

export function ImportsPage(): JSX.Element {
  const t = useText(importTexts);
  const definitions = useDefinitions().data?.records ?? {};
  const list = useList<Import>('imports');
  const start = (
    <Link to="/imports/new">
      <Button type="primary" icon={<Icon name="upload" />} tabIndex={-1}>
        {t('new')}
      </Button>
    </Link>
  );
  return (
    <Page name={t('title')} title={t('title')} actions={start}>
      {list.problem ? <ProblemView problem={list.problem} onRetry={list.retry} /> : null}
      {list.loading && <Loading />}
      {!list.loading && !list.problem && list.items.length === 0 && (
        <Empty icon="upload" title={t('empty')} hint={t('emptyHint')} />
      )}
      {list.items.length > 0 && (
        <div className="admin-scroll" tabIndex={0} role="region" aria-label={t('title')}>
          <table className="admin-table">
            <thead>
              <tr>
                <th scope="col">{t('name')}</th>
                <th scope="col">{t('record')}</th>
                <th scope="col">{t('state')}</th>
                <th scope="col" className="right">
                  {t('rows')}
                </th>
                <th scope="col">{t('when')}</th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((each) => (
                <tr key={each.id}>
                  <td>
                    <Link className="row-link" to={`/imports/${each.id}`}>
                      {each.name}
                    </Link>
                  </td>
                  <td data-title={t('record')}>
                    {titleOf(definitions[each.record]?.title) || each.record}
                  </td>
                  <td data-title={t('state')}>
                    <span
                      className={
                        each.state === 'done'
                          ? 'badge green'
                          : each.state === 'failed'
                            ? 'badge red'
                            : 'badge'
                      }
                    >
                      {t(`state_${each.state}`)}
                    </span>
                  </td>
                  <td data-title={t('rows')} className="right">
                    {grouped(each.rows ?? 0)}
                  </td>
                  <td data-title={t('when')}>
                    {each.created_at ? instant(each.created_at) : t('none')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.more && (
        <Button loading={list.busy} onClick={list.loadMore}>
          {list.items.length}
        </Button>
      )}
    </Page>
  );
}
