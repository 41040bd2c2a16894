import { createTRPCClient, createWSClient, httpLink, splitLink, wsLink } from '@trpc/client';
import type { ChatRouter } from './server.ts';

type HttpOptions = Parameters<typeof httpLink<ChatRouter>>[0];

/** What a page has and Node lacks: a fetch and WebSockets with a cookie jar. */
export interface Surroundings {
  readonly fetch?: NonNullable<HttpOptions['fetch']>;
  readonly WebSocket?: typeof WebSocket;
}

/**
 * Creates a tRPC client that sends queries and mutations over HTTP, and subscriptions over one
 * WebSocket, opened with the first of them and closed after the last. In an app with React,
 * `latchkeyLink(latchkey)` replaces `httpLink`, and `wsLink` follows it.
 */
export function createChatClient(url: string, surroundings: Surroundings = {}) {
  const client = createWSClient({
    url: url.replace(/^http/, 'ws'),
    lazy: { enabled: true, closeMs: 0 },
    ...surroundings,
  });
  return createTRPCClient<ChatRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: wsLink({ client }),
        false: httpLink({ url, ...surroundings }),
      }),
    ],
  });
}

export type ChatClient = ReturnType<typeof createChatClient>;
