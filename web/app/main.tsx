import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { queryClient } from '../client/queries';
import '../kit/base.css';
import '../kit/kit.css';
import { Theme } from '../kit/Theme';
import { Gatekeeper } from './Gatekeeper';
import { router } from './routes';

createRoot(document.getElementById('root')!).render(
  <QueryClientProvider client={queryClient}>
    <Theme>
      <Gatekeeper>
        <RouterProvider router={router} />
      </Gatekeeper>
    </Theme>
  </QueryClientProvider>,
);
