import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { createTRPCUntypedClient, type TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { type Connection, connectionLink } from './links/connection-link.ts';
import { createHeldCalls, type HeldCalls } from './links/held-calls.ts';
import { holdLink } from './links/hold-link.ts';
import { RETRY, type RetryOptions, retryLink } from './links/retry-link.ts';
import { type Transformer, type TransportOptions, transportLink } from './links/transport-link.ts';
import {
  personOf,
  type SessionAnswer,
  type SignedInAnswer,
  sessionKeyOf,
} from './session/session.ts';
import { createSessionControl, type SessionControl } from './session/session-control.ts';
import { createStore, type Store } from './store.ts';

/** The options of {@link createLatchkey}. */
export interface LatchkeyOptions<Auth extends string = string> extends TransportOptions {
  readonly queryClient: QueryClient;
  /** The path of the router with Latchkey's procedures: `auth` by default. */
  readonly auth?: Auth | undefined;
  /** How unanswered queries are repeated. */
  readonly retry?: Partial<RetryOptions>;
}

/**
 * The connection of a page to its server: one per loaded document. Pass it to `latchkeyLink` and
 * `LatchkeyProvider`. `Transformed`: whether it has a transformer, as its router must. `Auth`: the
 * path of the router with Latchkey's procedures.
 */
export interface Latchkey<Transformed extends boolean = boolean, Auth extends string = string> {
  readonly isTransformed: Transformed;
  readonly auth: Auth;
  readonly queryClient: QueryClient;
  /** The query key of the session (`auth.session`) in both tRPC integrations of React Query. */
  readonly sessionKey: QueryKey;
  /**
   * True for the query of the session.
   *
   * @example
   * import { createLatchkey } from '@latchkey/react';
   *
   * const latchkey = createLatchkey({ url: '/trpc', queryClient });
   * await queryClient.invalidateQueries({ predicate: (query) => !latchkey.isSessionQuery(query) });
   */
  readonly isSessionQuery: (query: { readonly queryHash: string }) => boolean;
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
export function createLatchkey<const Auth extends string = 'auth'>(
  options: LatchkeyOptions<Auth> & { readonly transformer: Transformer },
): Latchkey<true, Auth>;
export function createLatchkey<const Auth extends string = 'auth'>(
  options: LatchkeyOptions<Auth> & { readonly transformer?: undefined },
): Latchkey<false, Auth>;
export function createLatchkey({
  queryClient,
  retry,
  auth = 'auth',
  setCookies = [],
  ...transport
}: LatchkeyOptions): Latchkey {
  if (!transport.url)
    throw new TypeError(
      "createLatchkey: url is missing. Give the URL of your tRPC endpoint, such as '/trpc'.",
    );
  const connection = createStore<Connection>('ok');
  const onPage = createStore<SignedInAnswer | null>(null);
  const held = createHeldCalls();
  const own = (name: string) => `${auth}.${name}`;
  const sessionPath = own('session');
  const sessionKey = sessionKeyOf(auth);
  const sessionHash = hashKey(sessionKey);
  const isSessionQuery: Latchkey['isSessionQuery'] = ({ queryHash }) => queryHash === sessionHash;
  const control = createSessionControl({ queryClient, onPage, held, sessionKey, isSessionQuery });
  const send = transportLink({
    ...transport,
    setCookies: [...['login', 'logout', 'refresh'].map(own), ...setCookies],
  });
  const links = <TRouter extends AnyTRPCRouter>(): TRPCLink<TRouter>[] => [
    holdLink({
      held,
      sessionPath,
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
    auth,
    queryClient,
    sessionKey,
    isSessionQuery,
    control,
    held,
    connection,
    onPage,
    links,
    fetchSession: async (signal) =>
      (await client.query(sessionPath, undefined, { signal })) as SessionAnswer,
  };
}
