// Dates as 2026-09-28, money as 20,000.00, sizes in the largest fitting unit. Instants are shown in
// the installation's zone.

const zone = 'Asia/Shanghai';
const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

export function instant(text: string, seconds = false): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const part = Object.fromEntries(
    parts.formatToParts(date).map(({ type, value }) => [type, value]),
  );
  const time = `${part.hour}:${part.minute}${seconds ? `:${part.second}` : ''}`;
  return `${part.year}-${part.month}-${part.day} ${time}`;
}

export function day(text: string): string {
  return text.length === 10 ? text : instant(text).slice(0, 10);
}

export function clock(text: string | Date): string {
  return instant(typeof text === 'string' ? text : text.toISOString()).slice(11);
}

// What an input wrote in the installation's zone, as the interface wants it.
export function withOffset(local: string): string {
  return `${local.replace(' ', 'T')}+08:00`;
}

// Groups the digits of a decimal text without ever going through a float.
export function grouped(text: string | number): string {
  const [, sign = '', whole = '', rest = ''] = /^([-+]?)(\d+)(\.\d+)?$/.exec(String(text)) ?? [];
  if (!whole) return String(text);
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ',') + rest;
}

export function money(text: string): string {
  const [whole = '', cents = ''] = text.split('.');
  return `${grouped(whole)}.${cents.padEnd(2, '0')}`;
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB'];
  let value = bytes / 1024;
  let at = 0;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[at]}`;
}

// Square metres below one square kilometre, square kilometres from there on.
export function areaText(squareMetres: number): string {
  if (squareMetres < 1e6) return `${grouped(Math.round(squareMetres))} m²`;
  return `${(squareMetres / 1e6).toFixed(squareMetres < 1e8 ? 2 : 0)} km²`;
}
