// The pages that use Ant Design share one frame of it, so that a message outlives the page that gave it.
import type { JSX } from 'react';
import { Outlet } from 'react-router';
import { Theme } from '../kit/Theme';

export function ThemedPages(): JSX.Element {
  return (
    <Theme>
      <Outlet />
    </Theme>
  );
}
