// The frame of a page: one title, one main action.
import { useEffect, type JSX, type ReactNode } from 'react';
import './kit.css';

export interface PageProps {
  readonly title: ReactNode;
  readonly name: string;
  readonly above?: ReactNode;
  readonly beside?: ReactNode;
  readonly actions?: ReactNode;
  readonly full?: boolean;
  readonly narrow?: boolean;
  readonly children: ReactNode;
}

export function Page({
  title,
  name,
  above,
  beside,
  actions,
  full,
  narrow,
  children,
}: PageProps): JSX.Element {
  useEffect(() => {
    document.title = name;
  }, [name]);
  const shape = full ? 'page full' : narrow ? 'page narrow' : 'page';
  return (
    <div className={shape}>
      <header className="page-head">
        <div className="page-title">
          {above && <div className="page-above">{above}</div>}
          <div className="page-line">
            <h1>{title}</h1>
            {beside}
          </div>
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
