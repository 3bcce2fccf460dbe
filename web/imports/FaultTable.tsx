// Every fault by row and column, with what stands there.
import type { JSX } from 'react';
import { useText } from '../kit/language';
import '../admin/admin.css';
import { importTexts } from './texts';
import type { ImportFault } from './types';

const most = 500;

export function FaultTable({
  faults,
}: {
  readonly faults: readonly ImportFault[];
}): JSX.Element | null {
  const t = useText(importTexts);
  if (faults.length === 0) return null;
  return (
    <section className="import-faults">
      <h2>{t('faultsTitle')}</h2>
      <div className="admin-scroll" tabIndex={0} role="region" aria-label={t('faultsTitle')}>
        <table className="admin-table">
          <thead>
            <tr>
              <th scope="col" className="right">
                {t('row')}
              </th>
              <th scope="col">{t('column')}</th>
              <th scope="col">{t('value')}</th>
              <th scope="col">{t('message')}</th>
            </tr>
          </thead>
          <tbody>
            {faults.slice(0, most).map(({ row, column, value, message }) => (
              <tr key={`${row} ${column} ${message}`}>
                <td className="right" data-title={t('row')}>
                  {row}
                </td>
                <td data-title={t('column')}>{column}</td>
                <td data-title={t('value')}>{value || t('none')}</td>
                <td data-title={t('message')}>{message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {faults.length >= most && <p className="quiet">{t('faultsMore', { count: most })}</p>}
    </section>
  );
}
