import { QueryClient } from '@tanstack/react-query';

/**
 * React Query with the defaults that suit `latchkeyLink`, which itself asks again what is safe to
 * ask again.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: false,
        // The browser's idea of being online says nothing about whether this server can be reached:
        // only an answer does.
        networkMode: 'always',
        staleTime: 5_000,
      },
      mutations: { networkMode: 'always' },
    },
  });
}
