import { QueryClient } from '@tanstack/react-query';

/**
 * Creates a React Query client with the defaults that suit `latchkeyLink`: no retries, because the
 * link repeats what is safe to repeat.
 *
 * @example
 * import { createLatchkey, createQueryClient } from '@latchkey/react';
 *
 * const queryClient = createQueryClient();
 * const latchkey = createLatchkey({ url: '/trpc', queryClient });
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: false,
        // Sends also if the browser reports to be offline: `navigator.onLine` does not tell whether
        // this server can be reached.
        networkMode: 'always',
        staleTime: 5_000,
      },
      mutations: { networkMode: 'always' },
    },
  });
}
