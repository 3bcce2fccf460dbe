// Where sign-in leads: the page the person wanted, and never another site.
export function destination(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}
