import { QueryClient } from '@tanstack/react-query';
import { isUnreachable } from './api-error.ts';

const MAX_RETRIES = 3;
const FIRST_DELAY = 400;

/** Asks again only when nobody answered: a refusal stays a refusal however often it is asked. */
export function shouldRetry(failures: number, error: unknown): boolean {
  return failures < MAX_RETRIES && isUnreachable(error);
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: shouldRetry,
        retryDelay: (failures) => FIRST_DELAY * 2 ** failures,
        // The browser's idea of being online says nothing about whether this server can be reached: only an answer does.
        networkMode: 'always',
        staleTime: 5_000,
      },
      mutations: { networkMode: 'always' },
    },
  });
}
