import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { SessionControlContext } from '../lib/session/session-context.ts';
import type { SessionControl } from '../lib/session/session-control.ts';
import { type createApiClient, trpc } from '../lib/trpc.ts';
import { router } from './router.tsx';

interface AppProps {
  apiClient: ReturnType<typeof createApiClient>;
  queryClient: QueryClient;
  sessionControl: SessionControl;
}

export function App({ apiClient, queryClient, sessionControl }: AppProps) {
  return (
    <trpc.Provider client={apiClient} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>
        <SessionControlContext value={sessionControl}>
          <RouterProvider router={router} />
        </SessionControlContext>
      </QueryClientProvider>
    </trpc.Provider>
  );
}
