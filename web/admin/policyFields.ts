// The rules of accounts in the groups people think in, with the limits the server keeps.
import type { zh } from './zh';

export interface PolicyField {
  readonly name: string;
  readonly unit: keyof typeof zh;
  readonly minimum: number;
  readonly maximum: number;
  readonly zeroMeans?: keyof typeof zh;
}

export interface PolicyGroup {
  readonly title: keyof typeof zh;
  readonly fields: readonly PolicyField[];
}

const field = (
  name: string,
  unit: keyof typeof zh,
  minimum: number,
  maximum: number,
  zeroMeans?: keyof typeof zh,
): PolicyField => ({ name, unit, minimum, maximum, zeroMeans });

export const policyGroups: readonly PolicyGroup[] = [
  {
    title: 'policyPasswords',
    fields: [
      field('password_min_length', 'unitCharacters', 8, 64),
      field('password_min_length_administrator', 'unitCharacters', 8, 64),
      field('password_max_length', 'unitCharacters', 64, 256),
      field('password_classes', 'unitKinds', 0, 4, 'zeroNoRule'),
      field('password_max_age_days', 'unitDays', 0, 365, 'zeroNever'),
      field('password_history', 'unitTimes', 0, 24, 'zeroNoRule'),
      field('password_min_age_hours', 'unitHours', 0, 168, 'zeroNoRule'),
      field('temporary_password_hours', 'unitHours', 1, 168),
    ],
  },
  {
    title: 'policyLocks',
    fields: [
      field('failures_max', 'unitTimes', 3, 10),
      field('failures_window_minutes', 'unitMinutes', 5, 60),
      field('lock_minutes', 'unitMinutes', 5, 1440),
      field('lock_minutes_max', 'unitMinutes', 30, 1440),
      field('address_failures_max', 'unitTimes', 10, 10_000),
      field('address_window_minutes', 'unitMinutes', 1, 60),
    ],
  },
  {
    title: 'policySessions',
    fields: [
      field('idle_minutes', 'unitMinutes', 5, 480),
      field('idle_minutes_administrator', 'unitMinutes', 5, 60),
      field('absolute_hours', 'unitHours', 1, 24),
      field('absolute_hours_administrator', 'unitHours', 1, 24),
      field('sessions_max', 'unitPieces', 1, 10),
      field('sessions_max_administrator', 'unitPieces', 1, 3),
      field('idle_freeze_days', 'unitDays', 0, 365, 'zeroNever'),
      field('leaver_wipe_days', 'unitDays', 30, 3650),
    ],
  },
];

export function policyFieldOf(name: string): PolicyField | undefined {
  return policyGroups.flatMap(({ fields }) => fields).find((each) => each.name === name);
}

export type AccountPolicy = Readonly<Record<string, string | number | boolean>>;

// Where the shipped profiles differ; the rest is the administrator's own choice.
export const profiles: Readonly<Record<string, AccountPolicy>> = {
  mlps3: {
    password_min_length: 10,
    password_min_length_administrator: 12,
    password_classes: 3,
    password_max_age_days: 90,
  },
  asvs5: {
    password_min_length: 15,
    password_min_length_administrator: 15,
    password_classes: 0,
    password_max_age_days: 0,
  },
};
