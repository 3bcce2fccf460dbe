// An empty place says why it is empty and offers the next step.
import type { JSX, ReactNode } from 'react';
import { Icon, type IconName } from './Icon';
import './kit.css';

export interface EmptyProps {
  readonly icon?: IconName;
  readonly title: string;
  readonly hint?: string;
  readonly children?: ReactNode;
}

export function Empty({ icon = 'list', title, hint, children }: EmptyProps): JSX.Element {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={24} />
      </span>
      <h2>{title}</h2>
      {hint && <p>{hint}</p>}
      {children && <div className="empty-actions">{children}</div>}
    </div>
  );
}
