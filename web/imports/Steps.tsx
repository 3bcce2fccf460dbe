// Where the import stands.
import type { JSX } from 'react';
import { useText } from '../kit/language';
import './imports.css';
import { importTexts } from './texts';

const steps = ['stepFile', 'stepMapping', 'stepCheck', 'stepRun'] as const;

export function Steps({ at }: { readonly at: number }): JSX.Element {
  const t = useText(importTexts);
  return (
    <ol className="steps">
      {steps.map((key, index) => (
        <li
          key={key}
          aria-current={index === at ? 'step' : undefined}
          className={index < at ? 'past' : undefined}
        >
          <span aria-hidden>{index < at ? '✓' : index + 1}</span>
          {t(key)}
        </li>
      ))}
    </ol>
  );
}
