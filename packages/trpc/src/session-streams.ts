import { StoreUnavailableError } from '@latchkey/core';
import { addressKey } from './client-address.ts';
import type { EdgeOptions } from './edge-options.ts';
import { FollowedSession } from './followed-session.ts';
import type { OpenStreams } from './open-streams.ts';
import type { RequestSession } from './request-session.ts';

/** What of a request's session stays open beyond the request. While something does, the session is kept as it is now. */
export class SessionStreams {
  readonly #edge: EdgeOptions;
  readonly #session: RequestSession;
  #followed: FollowedSession | null = null;

  constructor(edge: EdgeOptions, session: RequestSession) {
    this.#edge = edge;
    this.#session = session;
  }

  /** Everything that is open on this node. */
  get all(): OpenStreams {
    return this.#edge.streams;
  }

  /** Takes a slot for whoever calls: a user, or somebody at an address. @throws TRPCError 429 `too_many_streams` */
  take(): () => void {
    const { principal, client } = this.#session;
    return this.all.take(principal ? `user ${principal.userId}` : `address ${addressKey(client.ipAddress)}`);
  }

  /** The session, to be followed; null for nobody. */
  follow(): FollowedSession | null {
    const { principal } = this.#session;
    if (principal) this.#followed ??= new FollowedSession(this.#edge.layer, this.all, principal, (followed) => this.#reflect(followed));
    return this.#followed;
  }

  /** Resolves once nothing about the session is in doubt; `undefined` when there is nothing to wait for, as in every request that stands alone. */
  settle(): Promise<void> | undefined {
    return this.#followed?.settle();
  }

  #reflect({ end, principal }: FollowedSession): void {
    const session = this.#session;
    if (!end) session.authentication = { kind: 'authenticated', principal };
    else if (end.kind === 'refused') session.authentication = { kind: 'anonymous', reason: end.reason };
    else session.authentication = { kind: 'anonymous', reason: 'no_credentials' };
    if (end?.kind === 'failed')
      session.outage =
        end.error instanceof StoreUnavailableError ? end.error : new StoreUnavailableError('the session could not be confirmed', { cause: end.error });
  }
}
