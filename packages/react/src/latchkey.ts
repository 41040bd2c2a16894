import type { QueryClient } from '@tanstack/react-query';
import { createTRPCUntypedClient, type TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { type Connection, connectionLink } from './links/connection-link.ts';
import { createHeldCalls, type HeldCalls } from './links/held-calls.ts';
import { holdLink } from './links/hold-link.ts';
import { RETRY, type RetryOptions, retryLink } from './links/retry-link.ts';
import { type Transformer, type TransportOptions, transportLink } from './links/transport-link.ts';
import { personOf, type SessionAnswer, type SignedInAnswer } from './session/session.ts';
import { type SessionControl, startSessionControl } from './session/session-control.ts';
import { createStore, type Store } from './store.ts';

/** The options of {@link createLatchkey}. */
export interface LatchkeyOptions extends TransportOptions {
  readonly queryClient: QueryClient;
  /** How unanswered queries are repeated. */
  readonly retry?: Partial<RetryOptions>;
}

/**
 * The connection of a page to its server: one per loaded document. Pass it to `latchkeyLink` and
 * `LatchkeyProvider`. `Transformed`: whether it has a transformer, as its router must.
 */
export interface Latchkey<Transformed extends boolean = boolean> {
  readonly isTransformed: Transformed;
  readonly control: SessionControl;
  /** Calls that wait for the user to sign in again. */
  readonly held: HeldCalls;
  /** Whether the server answers calls at present. */
  readonly connection: Store<Connection>;
  /**
   * The signed-in answer of `auth.session` that the page shows, also while its session is
   * interrupted; else null.
   */
  readonly onPage: Store<SignedInAnswer | null>;
  /** Queries `auth.session`, and returns the answer. */
  fetchSession(signal: AbortSignal): Promise<SessionAnswer>;
  /** The links that `latchkeyLink` chains. */
  links<TRouter extends AnyTRPCRouter>(): TRPCLink<TRouter>[];
}

/**
 * Connects a page to a server with Latchkey's `auth` router.
 *
 * @throws TypeError if `url` is missing, or an option is unknown
 * @example
 * import { createLatchkey, createQueryClient } from '@latchkey/react';
 *
 * const queryClient = createQueryClient();
 * const latchkey = createLatchkey({ url: '/trpc', queryClient });
 */
export function createLatchkey(
  options: LatchkeyOptions & { readonly transformer: Transformer },
): Latchkey<true>;
export function createLatchkey(
  options: LatchkeyOptions & { readonly transformer?: undefined },
): Latchkey<false>;
export function createLatchkey({ queryClient, retry, ...transport }: LatchkeyOptions): Latchkey {
  if (!transport.url)
    throw new TypeError(
      "createLatchkey: url is missing. Give the URL of your tRPC endpoint, such as '/trpc'.",
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
      onSessionOver: control.ask,
    }),
    retryLink({ ...RETRY, ...retry }),
    connectionLink(connection),
    send as TRPCLink<TRouter>,
  ];
  const client = createTRPCUntypedClient({ links: links() });
  return {
    isTransformed: transport.transformer !== undefined,
    control,
    held,
    connection,
    onPage,
    links,
    fetchSession: async (signal) =>
      (await client.query('auth.session', undefined, { signal })) as SessionAnswer,
  };
}
