// The public's door: choose a form, write, follow.
import { useEffect, useState, type JSX } from 'react';
import { api } from '../client/api';
import { asProblem } from '../client/problem';
import { setLanguage, useLanguage, useText } from '../kit/language';
import { FollowPage } from './FollowPage';
import { ReportForm } from './ReportForm';
import { intakeTexts } from './texts';
import type { FormName, IntakeForm } from './types';

type Place = { readonly follow: boolean; readonly form?: string };

function placeOf(hash: string): Place {
  const name = hash.replace(/^#/, '');
  return name === 'follow' ? { follow: true } : { follow: false, form: name || undefined };
}

export function IntakePage(): JSX.Element {
  const t = useText(intakeTexts);
  const now = useLanguage();
  const [place, setPlace] = useState(() => placeOf(location.hash));
  const [forms, setForms] = useState<readonly FormName[]>();
  const [form, setForm] = useState<IntakeForm>();
  const [trouble, setTrouble] = useState('');
  const other = now === 'zh' ? 'en' : 'zh';

  useEffect(() => {
    const move = (): void => setPlace(placeOf(location.hash));
    addEventListener('hashchange', move);
    return () => removeEventListener('hashchange', move);
  }, []);

  useEffect(() => {
    const fail = (error: unknown): void => {
      const problem = asProblem(error);
      setTrouble(problem.status === 0 ? t('network') : problem.message);
    };
    api<{ items: readonly FormName[] }>('intake')
      .then(({ items }) => {
        setForms(items);
        const only = items.length === 1 ? items[0]?.name : undefined;
        const wanted = place.form ?? only;
        if (!wanted) return setForm(undefined);
        return api<IntakeForm>(`intake/${wanted}`).then(setForm);
      })
      .catch(fail);
  }, [place.form, now, t]);

  const body = (): JSX.Element => {
    if (place.follow) return <FollowPage />;
    if (trouble)
      return (
        <div className="alert" role="alert">
          {trouble}
        </div>
      );
    if (form) return <ReportForm key={form.name} form={form} />;
    if (!forms) return <p className="hint">…</p>;
    if (!forms.length) return <p>{t('noForms')}</p>;
    return (
      <nav className="forms" aria-label={t('choose')}>
        {forms.map((one) => (
          <a key={one.name} href={`#${one.name}`}>
            <strong>{one.title}</strong>
            <span>{one.purpose}</span>
          </a>
        ))}
      </nav>
    );
  };

  return (
    <div className="intake">
      <header>
        <img src="/mark.svg" alt="" />
        <strong>{form && !place.follow ? form.title : t('product')}</strong>
        <nav>
          <a href="#" aria-current={!place.follow ? 'page' : undefined}>
            {t('report')}
          </a>
          <a href="#follow" aria-current={place.follow ? 'page' : undefined}>
            {t('follow')}
          </a>
        </nav>
      </header>
      <main>{body()}</main>
      <footer>
        <button
          type="button"
          className="link"
          lang={other === 'en' ? 'en' : 'zh-CN'}
          translate="no"
          onClick={() => setLanguage(other)}
        >
          {t('otherLanguage')}
        </button>
        <a href="/sign-in.html">{t('staff')}</a>
      </footer>
    </div>
  );
}
