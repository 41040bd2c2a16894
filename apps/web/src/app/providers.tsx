import { type Latchkey, LatchkeyProvider } from '@latchkey/react';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type createApiClient, trpc } from '../lib/trpc.ts';
import { router } from './router.tsx';

interface AppProps {
  apiClient: ReturnType<typeof createApiClient>;
  queryClient: QueryClient;
  latchkey: Latchkey;
}

export function App({ apiClient, queryClient, latchkey }: AppProps) {
  return (
    <trpc.Provider client={apiClient} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>
        <LatchkeyProvider latchkey={latchkey}>
          <RouterProvider router={router} />
        </LatchkeyProvider>
      </QueryClientProvider>
    </trpc.Provider>
  );
}
