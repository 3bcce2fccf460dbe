// The icons of the product: one weight, one size, drawn here so that no icon font is needed.
import type { JSX } from 'react';

const paths = {
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 4 4',
  plus: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  down: 'm6 9 6 6 6-6',
  right: 'm9 6 6 6-6 6',
  left: 'm15 6-6 6 6 6',
  up: 'm6 15 6-6 6 6',
  filter: 'M4 6h16M7 12h10M10 18h4',
  columns: 'M4 5h16v14H4zM10 5v14M15 5v14',
  download: 'M12 4v11m-4-4 4 4 4-4M5 20h14',
  upload: 'M12 16V5m-4 4 4-4 4 4M5 20h14',
  bookmark: 'M7 4h10v16l-5-4-5 4Z',
  menu: 'M4 7h16M4 12h16M4 17h16',
  home: 'm4 11 8-7 8 7v9h-5v-6H9v6H4Z',
  building: 'M5 21V4h10v17M15 9h4v12M3 21h18M8 8h4M8 12h4M8 16h4',
  shop: 'M4 9l1.5-5h13L20 9M4 9a2.7 2.7 0 0 0 5.3 0 2.7 2.7 0 0 0 5.4 0A2.7 2.7 0 0 0 20 9M5.5 12.5V20h13v-7.5M10 20v-4.5h4V20',
  message: 'M4 5h16v11H9l-5 4Z',
  users:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9c0-3.3 2.7-6 6-6s6 2.7 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c1.8.9 3 3 3 5.5',
  tree: 'M12 4v5M6 15v-3h12v3M12 9v3M9.5 4h5v5h-5zM3.5 15h5v5h-5zM15.5 15h5v5h-5z',
  shield: 'M12 3.5 5 6v6c0 4.5 3 7.5 7 8.5 4-1 7-4 7-8.5V6Z',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  stamp: 'M9 4h6v4l-1 5h4v4H6v-4h4L9 8ZM6 20h12',
  scroll: 'M6 4h11v13a3 3 0 0 0 3 3H8a2 2 0 0 1-2-2ZM9 8h5M9 12h5',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8.5c0-3.6 3.1-6.5 7-6.5s7 2.9 7 6.5',
  moon: 'M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5Z',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-5v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4',
  help: 'M9.2 9.3a2.9 2.9 0 1 1 4 2.7c-.8.4-1.2 1-1.2 2M12 17.3h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z',
  edit: 'M5 19h4L19.5 8.5l-4-4L5 15ZM13 7l4 4',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  restore: 'M5 9h9a5 5 0 0 1 0 10h-4M5 9l4-4M5 9l4 4',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  file: 'M7 3h7l4 4v14H7ZM14 3v4h4',
  camera: 'M4 8h4l1.5-2.5h5L16 8h4v11H4ZM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z',
  pin: 'M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11Zm0-13.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z',
  circle: 'M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10Z',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7Z',
  warning: 'M12 4 2.8 20h18.4ZM12 10v4.5M12 17.3h.01',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 8v4.5l3 2',
  globe:
    'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9s.5-6 3.5-9Z',
  exit: 'M14 4h5v16h-5M4 12h10m-4-4 4 4-4 4',
  key: 'M14.5 4a5.5 5.5 0 1 0-4.6 8.6L4 18.5V21h3v-2h2v-2h2l2.5-3.2A5.5 5.5 0 0 0 14.5 4Zm1 4h.01',
  folder: 'M3 6h6l2 2h10v11H3Z',
} as const;

export type IconName = keyof typeof paths;

export interface IconProps {
  readonly name: IconName;
  readonly size?: number;
}

export function Icon({ name, size = 16 }: IconProps): JSX.Element {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' || name === 'list' ? 2.2 : 1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
      style={{ flex: 'none', verticalAlign: '-0.15em' }}
    >
      <path d={paths[name]} />
    </svg>
  );
}

export function iconNamed(name: string | undefined): IconName {
  return name && name in paths ? (name as IconName) : 'folder';
}
