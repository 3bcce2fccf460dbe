import { api } from '../client/api';
import { forgetOpened } from '../records/recent';

export async function signOut(): Promise<void> {
  await api('session', { method: 'DELETE' }).catch(() => undefined);
  forgetOpened();
  location.assign('/sign-in.html');
}
