import { type Authentication, type SessionLayer, StoreUnavailableError } from '@latchkey/core';
import { addressKey, type RequestSession } from '@latchkey/http';
import { joinSessionCheck } from './checks/session-checks.ts';
import { LiveSession } from './live-session.ts';
import type { StreamRegistry } from './stream-registry.ts';

/** The open streams of a request's session, which keep the session up to date. */
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

  /** The registry of all streams of this node. */
  get registry(): StreamRegistry {
    return this.#registry;
  }

  /**
   * Takes a stream slot for the caller: per user, or per address if anonymous.
   *
   * @returns a function that gives the slot back
   * @throws TRPCError 429 `too_many_streams`
   */
  take(): () => void {
    const { principal, client } = this.#session;
    return this.#registry.take(
      principal ? `user ${principal.userId}` : `address ${addressKey(client.ipAddress)}`,
    );
  }

  /** Follows the caller's session from now on; `null` if the caller is anonymous. */
  follow(): LiveSession | null {
    const { principal } = this.#session;
    if (principal)
      this.#live ??= new LiveSession(
        this.#layer,
        (member) => joinSessionCheck(this.#registry, this.#layer, member),
        principal,
        (live) => this.#reflect(live),
      );
    return this.#live;
  }

  /**
   * Waits until the session's validity is known ({@link LiveSession.settle}); `undefined` for
   * requests without open streams.
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

/** The property in which a session keeps its streams: one for every copy of this package. */
const STREAMS: unique symbol = Symbol.for('latchkey.streams');
type Sharing = { [STREAMS]?: SessionStreams };

/** Gives a session its streams, once: the registry of the first call is used. */
export function shareStreams(
  session: RequestSession,
  layer: SessionLayer,
  registry: StreamRegistry,
): void {
  (session as Sharing)[STREAMS] ??= new SessionStreams(session, layer, registry);
}

/**
 * Returns the open streams of a session, for handlers that stream without tRPC.
 *
 * @throws Error if the request passed `latchkey` of `@latchkey/http` instead of `@latchkey/trpc`
 * @example
 * import { sessionOf } from '@latchkey/http';
 * import { openStream, streamsOf } from '@latchkey/trpc/streams';
 *
 * app.get('/ticks', (request, response) => {
 *   const streams = streamsOf(sessionOf(request));
 *   const gone = new AbortController();
 *   response.once('close', () => gone.abort());
 *   const stream = openStream({
 *     streams: streams.registry, session: streams.follow(), client: gone.signal,
 *     onClose: streams.take(),
 *   });
 *   stream.signal.onabort = () => response.end();
 * });
 */
export function streamsOf(session: RequestSession): SessionStreams {
  const streams = (session as Sharing)[STREAMS];
  if (!streams)
    throw new Error(
      'This session has no streams: mount latchkey of @latchkey/trpc, not of @latchkey/http.',
    );
  return streams;
}

/**
 * Waits until the validity of a session is known ({@link SessionStreams.settle}); `undefined` if it
 * has no open streams.
 */
export function settleStreams(session: RequestSession): Promise<void> | undefined {
  return (session as Sharing)[STREAMS]?.settle();
}
