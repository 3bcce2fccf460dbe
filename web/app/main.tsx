import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { queryClient } from '../client/queries';
import '../kit/base.css';
import '../kit/kit.css';
import { Gatekeeper } from './Gatekeeper';
import { router } from './routes';

createRoot(document.getElementById('root')!).render(
  <QueryClientProvider client={queryClient}>
    <Gatekeeper>
      <RouterProvider router={router} />
    </Gatekeeper>
  </QueryClientProvider>,
);

// The pages most people open next are fetched while the workbench is being read.
const idle = window.requestIdleCallback ?? ((act: () => void) => setTimeout(act, 1500));
window.addEventListener('load', () => idle(() => void import('../records/list/ListPage')));
