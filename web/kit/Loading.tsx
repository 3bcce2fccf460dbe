// Waiting: nothing for a moment, then a quiet hint, then an honest word.
import { useEffect, useState, type JSX } from 'react';
import './kit.css';
import { useText } from './language';
import { kitTexts } from './texts';

export function Loading(): JSX.Element {
  const t = useText(kitTexts);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((now) => now + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="loading" role="status">
      <span className="loading-bar" aria-hidden />
      <span className={seconds < 1 ? 'unseen' : undefined}>
        {seconds < 5 ? t('loading') : `${t('stillLoading')} ${seconds} s`}
      </span>
    </div>
  );
}
