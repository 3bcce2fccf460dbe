// Search of an administration list; `/` comes here.
import { useEffect, useState, type JSX } from 'react';
import { Icon } from '../kit/Icon';
import './admin.css';

export interface SearchBoxProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

export function SearchBox({ label, value, onChange }: SearchBoxProps): JSX.Element {
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(typed.trim()), 300);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <div className="admin-search">
      <Icon name="search" />
      <input
        id="page-search"
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}
