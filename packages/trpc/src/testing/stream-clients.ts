import type { Browser } from '@latchkey/core/testing';
import {
  createTRPCClient,
  createWSClient,
  httpSubscriptionLink,
  isTRPCClientError,
  wsLink,
} from '@trpc/client';
import { EventSource, type FetchLike } from 'eventsource';
import { WebSocket } from 'ws';
import type { TestRouter } from './test-router.ts';

type Client = ReturnType<typeof createTRPCClient<TestRouter>>;

/** A real tRPC client for streams, with a function that ends it. */
export interface StreamClient {
  readonly client: Client;
  /** How each WebSocket connection of the client ended: code and reason. */
  readonly closed: [code: number, reason: string][];
  end(): Promise<void>;
}

export function overSse(origin: string, browser: Browser): StreamClient {
  const sources = new Set<EventSource>();
  const Followed = class extends EventSource {
    constructor(...parameters: ConstructorParameters<typeof EventSource>) {
      super(...parameters);
      sources.add(this);
    }
  };
  const client = createTRPCClient<TestRouter>({
    links: [
      httpSubscriptionLink({
        url: `${origin}/trpc`,
        EventSource: Followed,
        eventSourceOptions: () => ({ fetch: reconnectingSoon(browser.fetch) }),
      }),
    ],
  });
  /**
   * Ends the client: one that is left open would reconnect, to a port that the next test may get.
   */
  const end = async () => {
    for (const source of sources) source.close();
  };
  return { client, closed: [], end };
}

/**
 * Makes an SSE client reconnect after 20 ms, as overWebSocket does, not after the EventSource's
 * three seconds: a `retry` field before all others.
 */
function reconnectingSoon(send: Browser['fetch']): FetchLike {
  return async (url, init) => {
    const { body, ...reply } = await partsOf(send(String(url), init as RequestInit));
    if (reply.status !== 200 || !body) return { body, ...reply };
    const retry = new Blob(['retry: 20\n\n']).stream();
    return { body: joined(retry, body), ...reply };
  };
}

async function partsOf(sent: Promise<Response>) {
  const { body, url, status, redirected, headers } = await sent;
  return { body, url, status, redirected, headers };
}

function joined(...streams: ReadableStream<Uint8Array>[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(
    (async function* () {
      for (const stream of streams) yield* stream;
    })(),
  );
}

export function overWebSocket(origin: string, browser: Browser): StreamClient {
  const closed: StreamClient['closed'] = [];
  const Connecting = class extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { cookie: browser.send('/').cookieHeader } });
      this.on('upgrade', ({ headers }) => browser.receive(headers['set-cookie'] ?? []));
      this.on('close', (code, reason) => closed.push([code, reason.toString()]));
    }
  };
  const socket = createWSClient({
    url: `${origin.replace('http', 'ws')}/trpc`,
    WebSocket: Connecting as never,
    retryDelayMs: () => 20,
  });
  return {
    client: createTRPCClient<TestRouter>({ links: [wsLink({ client: socket })] }),
    closed,
    end: () => socket.close(),
  };
}

interface Callbacks {
  onStarted(): void;
  // biome-ignore lint/suspicious/noExplicitAny: a subscription may yield any value
  onData(data: any): void;
  onError(error: unknown): void;
  onComplete(): void;
}

/** Watches a subscription: what it has received, and how it ends. */
export function watch<Input>(
  procedure: { subscribe(input: Input, callbacks: Callbacks): { unsubscribe(): void } },
  input: Input,
) {
  const seen: unknown[] = [];
  const started = Promise.withResolvers<void>();
  /** The reason in the client's error, or `complete`. */
  const ended = Promise.withResolvers<string>();
  let waiting: { count: number; resolve: () => void } | null = null;
  const { unsubscribe } = procedure.subscribe(input, {
    onStarted: () => started.resolve(),
    onData(data: unknown) {
      seen.push(data !== null && typeof data === 'object' && 'data' in data ? data.data : data);
      if (waiting && seen.length >= waiting.count) waiting.resolve();
    },
    onError: (error) => ended.resolve(reasonOf(error)),
    onComplete: () => ended.resolve('complete'),
  });
  return {
    seen,
    started: started.promise,
    ended: ended.promise,
    unsubscribe,
    /** Resolves once `count` values were received. */
    async until(count: number): Promise<void> {
      if (seen.length < count) await new Promise<void>((resolve) => (waiting = { count, resolve }));
    },
  };
}

export function reasonOf(error: unknown): string {
  return isTRPCClientError<TestRouter>(error)
    ? (error.data?.reason ?? error.message)
    : String(error);
}
