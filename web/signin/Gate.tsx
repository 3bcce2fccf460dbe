// The frame of the pages before sign-in: mark, name, language.
import type { JSX, ReactNode } from 'react';
import { setLanguage, useLanguage, useText } from '../kit/language';
import { signInTexts } from './texts';

export interface GateProps {
  readonly children: ReactNode;
  readonly wide?: boolean;
}

export function Gate({ children, wide }: GateProps): JSX.Element {
  const t = useText(signInTexts);
  const language = useLanguage();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <div className={wide ? 'gate wide' : 'gate'}>
      <main>
        <div className="brand">
          <img src="/mark.svg" alt="" />
          <div>
            <strong>{t('product')}</strong>
            <span>{t('subtitle')}</span>
          </div>
        </div>
        {children}
      </main>
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
      </footer>
    </div>
  );
}
