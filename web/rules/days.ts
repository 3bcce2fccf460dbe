import { Day, Instant } from './values';

// Days and instants as the server reads and counts them. The product lives in UTC+8 without summer
// time, whatever the zone of the browser.

export const dayMs = 86_400_000;
export const zoneMs = 8 * 3_600_000;
export const dayMin = -719_162; // 0001-01-01
export const dayMax = 2_932_896; // 9999-12-31
export const instantMin = dayMin * dayMs - zoneMs;
export const instantMax = (dayMax + 1) * dayMs - zoneMs - 1;

export interface Civil {
  readonly year: number;
  readonly month: number; // 1..12
  readonly day: number;
}

// Howard Hinnant's days_from_civil and civil_from_days (public domain).
export function daysOf({ year, month, day }: Civil): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function civilOf(days: number): Civil {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

export function monthLength(year: number, month: number): number {
  const next =
    month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 };
  return daysOf(next) - daysOf({ year, month, day: 1 });
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}

export function parseDay(text: string): Day | undefined {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (!match) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const exists =
    year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month);
  return exists ? new Day(daysOf({ year, month, day })) : undefined;
}

export function dayText({ days }: Day): string {
  const { year, month, day } = civilOf(days);
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

const instantForm =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/;

export function parseInstant(text: string): Instant | undefined {
  const match = instantForm.exec(text);
  const day = match && parseDay(match[1]!);
  if (!match || !day) return undefined;
  const [hour, minute, second] = [match[2], match[3], match[4]].map(Number) as [
    number,
    number,
    number,
  ];
  const [offsetHour, offsetMinute] = [Number(match[7] ?? 0), Number(match[8] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59)
    return undefined;
  const offset = (match[6] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute);
  const seconds = hour * 3600 + (minute - offset) * 60 + Math.min(second, 59);
  const fraction = Number((match[5] ?? '').slice(0, 3).padEnd(3, '0'));
  const milliseconds = day.days * dayMs + seconds * 1000 + fraction;
  return milliseconds >= instantMin && milliseconds <= instantMax
    ? new Instant(milliseconds)
    : undefined;
}

export function instantText({ milliseconds }: Instant): string {
  const day = dayOfInstant(milliseconds, zoneMs);
  const rest = milliseconds + zoneMs - day * dayMs;
  const part = (unit: number, cycle: number) => digits(Math.floor(rest / unit) % cycle, 2);
  const time = `${part(3_600_000, 24)}:${part(60_000, 60)}:${part(1000, 60)}`;
  return `${dayText(new Day(day))}T${time}.${digits(rest % 1000, 3)}+08:00`;
}

export function dayOfInstant(milliseconds: number, offset: number): number {
  return Math.floor((milliseconds + offset) / dayMs);
}

// "UTC", "Asia/Shanghai", "+08:00"; in milliseconds.
export function zoneOffset(name: string): number | undefined {
  if (name === 'UTC') return 0;
  if (name === 'Asia/Shanghai') return zoneMs;
  const match = /^([+-])([0-9]{2}):([0-9]{2})$/.exec(name);
  if (!match || Number(match[2]) > 14 || Number(match[3]) > 59) return undefined;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
}

// Whole months from a to b; the day of the month decides; negative when b is before a.
export function monthsBetween(a: number, b: number): number {
  if (b < a) return -monthsBetween(b, a);
  const from = civilOf(a);
  const to = civilOf(b);
  return (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day ? 1 : 0);
}

// The same day `count` months on, or the last day of that month; undefined outside the calendar.
export function plusMonths(days: number, count: number): number | undefined {
  const { year, month, day } = civilOf(days);
  const index = year * 12 + month - 1 + count;
  if (index < 12 || index >= 120_000) return undefined;
  const target = { year: Math.floor(index / 12), month: (index % 12) + 1 };
  return daysOf({ ...target, day: Math.min(day, monthLength(target.year, target.month)) });
}
