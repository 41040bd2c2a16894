import type { AppRouter } from '@latchkey/server/router';
import { httpBatchStreamLink, httpLink, splitLink } from '@trpc/client';
import { createTRPCReact } from '@trpc/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { withAntiForgeryToken } from './anti-forgery.ts';
import { connectionLink } from './connection.ts';

export const trpc = createTRPCReact<AppRouter>();

export type ApiOutputs = inferRouterOutputs<AppRouter>;

/** A stream sends its headers before its procedures run, so those that set cookies need a response of their own. */
const SETS_COOKIES = new Set(['auth.login', 'auth.logout', 'auth.refresh', 'account.signUp', 'account.changePassword', 'account.deleteAccount']);

/** The server's limit for one request. */
const MAX_BATCH = 10;

/** Said by proxies in the server's place, or by a server without its store, in whatever shape: there is no answer of a procedure in it. */
const NOBODY_THERE = new Set([502, 503, 504]);

const fetchWithToken = withAntiForgeryToken((url, init) => fetch(url, { ...init, credentials: 'include' }));

async function fetchAnswer(url: RequestInfo | URL | string, init?: object): Promise<Response> {
  const response = await fetchWithToken(url, init);
  if (NOBODY_THERE.has(response.status)) throw new TypeError(`The server is not answering (${response.status}).`);
  return response;
}

export function createApiClient() {
  const options = { url: '/trpc', fetch: fetchAnswer };
  return trpc.createClient({
    links: [
      connectionLink(),
      splitLink({
        condition: ({ path }) => SETS_COOKIES.has(path),
        true: httpLink(options),
        false: httpBatchStreamLink({ ...options, maxItems: MAX_BATCH }),
      }),
    ],
  });
}
