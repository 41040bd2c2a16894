import { type Authentication, type SessionLayer, StoreUnavailableError } from '@latchkey/core';
import { addressKey, type RequestSession } from '@latchkey/http';
import { LiveSession } from './live-session.ts';
import type { StreamRegistry } from './stream-registry.ts';

/**
 * What of a request's session stays open beyond the request. While something does, the session is
 * kept as it is now.
 */
export class SessionStreams {
  readonly #layer: SessionLayer;
  readonly #session: RequestSession;
  readonly #registry: StreamRegistry;
  #live: LiveSession | null = null;

  constructor(session: RequestSession, layer: SessionLayer, registry: StreamRegistry) {
    this.#session = session;
    this.#layer = layer;
    this.#registry = registry;
  }

  /** Everything that is open on this node. */
  get registry(): StreamRegistry {
    return this.#registry;
  }

  /**
   * Takes a slot for the caller: a user, or an address where it is anonymous. @throws TRPCError 429
   * `too_many_streams`
   */
  take(): () => void {
    const { principal, client } = this.#session;
    return this.#registry.take(
      principal ? `user ${principal.userId}` : `address ${addressKey(client.ipAddress)}`,
    );
  }

  /** The session, to be followed; `null` where the caller is anonymous. */
  follow(): LiveSession | null {
    const { principal } = this.#session;
    if (principal)
      this.#live ??= new LiveSession(this.#layer, this.#registry, principal, (live) =>
        this.#reflect(live),
      );
    return this.#live;
  }

  /**
   * Resolves once nothing about the session is in doubt; `undefined` when there is nothing to wait
   * for, as in every request that stands alone.
   */
  settle(): Promise<void> | undefined {
    return this.#live?.settle();
  }

  #reflect({ end, principal }: LiveSession): void {
    const authentication: Authentication = end
      ? { kind: 'anonymous', reason: end.kind === 'refused' ? end.reason : 'no_credentials' }
      : { kind: 'authenticated', principal };
    if (end?.kind === 'failed') this.#session.settle(authentication, outageOf(end.error));
    else this.#session.settle(authentication);
  }
}

function outageOf(error: unknown): StoreUnavailableError {
  return error instanceof StoreUnavailableError
    ? error
    : new StoreUnavailableError('the session could not be confirmed', { cause: error });
}

/** Where a session keeps its streams: the same place for every copy of this package. */
const STREAMS: unique symbol = Symbol.for('latchkey.streams');
type Sharing = { [STREAMS]?: SessionStreams };

/** Lets a session share a node's streams; the first registry counts. */
export function shareStreams(
  session: RequestSession,
  layer: SessionLayer,
  registry: StreamRegistry,
): void {
  (session as Sharing)[STREAMS] ??= new SessionStreams(session, layer, registry);
}

/**
 * What a session keeps open.
 *
 * @throws Error for a session that came through the middleware of `@latchkey/http`: a wiring
 *   mistake
 */
export function streamsOf(session: RequestSession): SessionStreams {
  const streams = (session as Sharing)[STREAMS];
  if (!streams)
    throw new Error(
      'This session has no streams: mount latchkey of @latchkey/trpc in front of tRPC, not the one of @latchkey/http.',
    );
  return streams;
}

/** {@link SessionStreams.settle} of a session; nothing to wait for where it keeps nothing open. */
export function settleStreams(session: RequestSession): Promise<void> | undefined {
  return (session as Sharing)[STREAMS]?.settle();
}
