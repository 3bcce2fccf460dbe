// The menu: groups of the systems' records, then administration, each only for those who may.
import type { Definitions } from '../client/types';
import { iconNamed, type IconName } from '../kit/Icon';
import { titleOf, type Language, type Translate } from '../kit/language';
import type { AppKey } from './texts';

export interface MenuItem {
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
  readonly letter: string;
}

export interface MenuGroup {
  readonly title: string;
  readonly items: readonly MenuItem[];
}

type May = (resource: string, action: string) => boolean;

interface Fixed {
  readonly path: string;
  readonly key: AppKey;
  readonly icon: IconName;
  readonly letter: string;
  readonly resource: string;
}

const fixed: readonly Fixed[] = [
  {
    path: '/admin/organisations',
    key: 'organisations',
    icon: 'tree',
    letter: 'o',
    resource: 'organisations',
  },
  { path: '/admin/users', key: 'users', icon: 'users', letter: 'p', resource: 'users' },
  { path: '/admin/approvals', key: 'approvals', icon: 'stamp', letter: 'v', resource: 'approvals' },
  { path: '/admin/roles', key: 'roles', icon: 'shield', letter: 'r', resource: 'roles' },
  { path: '/admin/policy', key: 'policy', icon: 'key', letter: 'y', resource: 'policies' },
  { path: '/admin/audit', key: 'audit', icon: 'scroll', letter: 'l', resource: 'audit' },
];

// The first free letter of a record's name, so that `g u` goes to the units.
function freeLetter(name: string, taken: Set<string>): string {
  const letter = [...name].find((each) => /[a-z]/.test(each) && !taken.has(each)) ?? '';
  taken.add(letter);
  return letter;
}

export function menuOf(
  definitions: Definitions,
  may: May,
  language: Language,
  t: Translate<AppKey>,
): readonly MenuGroup[] {
  const taken = new Set(['h', 'i', 'm', ...fixed.map((each) => each.letter)]);
  const groups = new Map<string, MenuItem[]>();
  for (const system of definitions.systems) {
    const title = titleOf(system.menu, language) || t('other');
    const items = groups.get(title) ?? [];
    for (const name of system.records) {
      const record = definitions.records[name];
      if (!record?.rights.includes('read')) continue;
      items.push({
        path: `/records/${name}`,
        title: titleOf(record.title, language),
        icon: iconNamed(system.icon),
        letter: freeLetter(name, taken),
      });
    }
    if (items.length) groups.set(title, items);
  }
  const importing = Object.values(definitions.records).some((record) =>
    record.rights.includes('import'),
  );
  const administration = fixed
    .filter(
      ({ resource }) =>
        may(resource, 'read') &&
        (resource !== 'organisations' || may('organisations', 'create') || may('users', 'read')),
    )
    .map(({ path, key, icon, letter }) => ({ path, title: t(key), icon, letter }));
  return [
    {
      title: '',
      items: [
        { path: '/', title: t('home'), icon: 'home', letter: 'h' },
        ...(importing
          ? [{ path: '/imports', title: t('imports'), icon: 'upload', letter: 'i' } as const]
          : []),
      ],
    },
    ...[...groups].map(([title, items]) => ({ title, items })),
    ...(administration.length ? [{ title: t('administration'), items: administration }] : []),
  ];
}
