// Which kind of device a browser says it runs on.
import type { AccountKey } from './texts';

export function deviceOf(userAgent: string): AccountKey {
  if (/Android/i.test(userAgent)) return 'android';
  if (/iPhone|iPad/i.test(userAgent)) return 'iphone';
  if (/Windows/i.test(userAgent)) return 'windows';
  if (/Mac OS/i.test(userAgent)) return 'mac';
  return /Linux/i.test(userAgent) ? 'linux' : 'device';
}
