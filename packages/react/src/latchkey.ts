import type { QueryClient } from '@tanstack/react-query';
import { createTRPCUntypedClient, type TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { type Connection, connectionLink } from './connection.ts';
import { createHeldCalls, type HeldCalls } from './held-calls.ts';
import { holdLink } from './hold-link.ts';
import { RETRY, type RetryOptions, retryLink } from './retry-link.ts';
import { personOf, type SessionAnswer, type SignedInAnswer } from './session.ts';
import { type SessionControl, startSessionControl } from './session-control.ts';
import { createStore, type Store } from './store.ts';
import { type TransportOptions, transportLink } from './transport.ts';

export interface LatchkeyOptions extends TransportOptions {
  readonly queryClient: QueryClient;
  /** How queries are asked again when nobody answered. */
  readonly retry?: Partial<RetryOptions>;
}

/** One for each page that is loaded. Hand it to `latchkeyLink` and to `LatchkeyProvider`. */
export interface Latchkey {
  readonly control: SessionControl;
  readonly held: HeldCalls;
  readonly connection: Store<Connection>;
  readonly onPage: Store<SignedInAnswer | null>;
  /** Asks `auth.session`. */
  fetchSession(signal: AbortSignal): Promise<SessionAnswer>;
  /** What `latchkeyLink` is made of. */
  links<TRouter extends AnyTRPCRouter>(): TRPCLink<TRouter>[];
}

/**
 * Connects a page to a server with Latchkey's `auth` router.
 *
 * @throws TypeError when `url` is missing
 */
export function createLatchkey({ queryClient, retry, ...transport }: LatchkeyOptions): Latchkey {
  if (!transport.url)
    throw new TypeError(
      "createLatchkey: url is missing. Give the address of your tRPC endpoint, for example '/trpc'.",
    );
  const connection = createStore<Connection>('ok');
  const onPage = createStore<SignedInAnswer | null>(null);
  const held = createHeldCalls();
  const control = startSessionControl({ queryClient, onPage, held });
  const send = transportLink(transport);
  const links = <TRouter extends AnyTRPCRouter>(): TRPCLink<TRouter>[] => [
    holdLink({
      held,
      person: () => personOf(onPage.get()?.principal ?? null),
      onDoubt: control.ask,
    }),
    retryLink({ ...RETRY, ...retry }),
    connectionLink(connection),
    send as TRPCLink<TRouter>,
  ];
  const client = createTRPCUntypedClient({ links: links() });
  return {
    control,
    held,
    connection,
    onPage,
    links,
    fetchSession: async (signal) =>
      (await client.query('auth.session', undefined, { signal })) as SessionAnswer,
  };
}
