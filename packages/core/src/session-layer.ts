import { ambiguityReport } from './audit/ambiguity.ts';
import { noAuditLog } from './audit/audit-log.ts';
import { type Actor, type Client, SYSTEM } from './audit/client.ts';
import { eventDelivery } from './audit/event-delivery.ts';
import { checkDependencies, type SessionLayerDependencies } from './dependencies.ts';
import type { Clock } from './lib/clock.ts';
import { parseSessionOptions, type SessionOptions } from './options.ts';
import type { RevocationSubject } from './revocation/revocation-cache.ts';
import type { RevocationNotice } from './revocation/revocation-feed.ts';
import type { RevocationReason } from './revocation/revocation-reason.ts';
import { createRevocations } from './revocation/revocations.ts';
import { acknowledgementQueue } from './session/acknowledgements.ts';
import {
  type Confirmation,
  confirmSession,
  findLiveSession,
  reauthenticateSession,
} from './session/confirm.ts';
import type { SessionContext } from './session/context.ts';
import type { Grant } from './session/grant.ts';
import { issueSession } from './session/issue.ts';
import { presentedRefresher, type RefreshOutcome } from './session/refresh-presented.ts';
import {
  type RevokeUserSessionsOptions,
  revokePresentedSessions,
  revokeSession,
  revokeUserSessions,
} from './session/revoke.ts';
import { isTooLateToSet } from './session/rotation-rule.ts';
import type { SessionPage, SessionPageQuery, SessionRecord } from './session/session-store.ts';
import type { User } from './session/user.ts';
import { namesUnknownKey } from './token/access-token.ts';
import { type Authentication, accessTokenAuthenticator } from './token/authenticate.ts';
import { checkedSchema, checkedUsers } from './token/checked-user.ts';
import type { AnyClaims } from './token/claims.ts';
import { createCsrfToken, verifyCsrfToken } from './token/csrf-token.ts';
import type { Credentials } from './token/presented-tokens.ts';
import type { Principal } from './token/principal.ts';

/**
 * The session protocol without HTTP. `@latchkey/http` calls it for each request: it authenticates
 * the access tokens, and refreshes when none of them is valid. Methods that use the store reject
 * with `StoreUnavailableError` if it cannot answer.
 */
export interface SessionLayer<Claims extends AnyClaims = AnyClaims> {
  readonly options: SessionOptions;
  readonly clock: Clock;
  /**
   * Reloads the keys if an access token names a key that the ring does not have: another node may
   * sign with it already.
   *
   * @returns a promise that never rejects; `null` if there is nothing to wait for
   */
  findKeys(accessTokens: readonly string[]): Promise<void> | null;
  /** Refreshes with the refresh tokens of a request, whether or not its access tokens are valid. */
  refresh(credentials: Credentials, client: Client): Promise<RefreshOutcome>;
  /**
   * Verifies the access tokens of a request and checks them against the revocations that this node
   * knows, without the store.
   *
   * @param now when the request arrived, in milliseconds since the epoch; use the same instant for
   *   every step of a request, so that a token does not expire between two of them
   * @param presented the refresh tokens and usernames of the request: they decide which of several
   *   sessions of one user counts
   */
  authenticate(
    accessTokens: readonly string[],
    now: number,
    presented?: Credentials,
  ): Authentication<Claims>;
  /**
   * Emits `session.ambiguous` for a request refused as `ambiguous_session`, at most once a minute
   * for each IP address.
   */
  reportAmbiguity(client: Client): void;
  /** Whether an access token was signed with a key of the ring, be it expired or revoked. */
  recognizes(accessTokens: readonly string[], now: number): boolean;
  /**
   * Whether it is too late to set a grant's cookies: the grace period has passed since it was
   * decided, and the browser may hold newer ones.
   */
  isTooLateToSet(grant: Pick<Grant, 'decidedAt'>): boolean;
  /** Asks the store whether the caller's session is live and the user may still use it. */
  confirm(principal: Principal): Promise<Confirmation>;
  /** Records a reauthentication (ASVS 7.5.3). Resolves with false if the session has ended. */
  reauthenticate(
    principal: Pick<Principal, 'sessionId' | 'userId'>,
    client: Client,
  ): Promise<boolean>;
  /**
   * Starts a session. Call it after the user's password, or another proof, was verified.
   *
   * @throws RangeError if the user's id, username, role or claims do not fit into a token
   */
  issue(user: User, client: Client): Promise<Grant>;
  /** Revokes one session. Resolves with false if it is unknown or had ended before. */
  revoke(sessionId: string, reason: RevocationReason, by?: Actor): Promise<boolean>;
  /**
   * Revokes all sessions of a user, except one if named, and raises the user's token version, which
   * invalidates all access tokens. Call it in the transaction of the change that causes it.
   *
   * @returns the ids of the sessions that this call revoked
   */
  revokeUserSessions(
    userId: string,
    reason: RevocationReason,
    by?: Actor,
    options?: RevokeUserSessionsOptions,
  ): Promise<string[]>;
  /** Revokes the sessions to which the refresh tokens of a request belong. */
  revokePresentedSessions(
    credentials: Credentials,
    reason: RevocationReason,
    client: Client,
  ): Promise<void>;
  /**
   * Subscribes to the revocation feed; call it once before serving. Until then, and whenever the
   * feed is lost, the edge asks the store at every request. Without a feed it does nothing.
   */
  start(): Promise<void>;
  /**
   * Whether this node knows all revocations but those of the last seconds. Always true without a
   * feed: an access token is then valid until it expires.
   */
  isFeedUpToDate(): boolean;
  /**
   * Calls back for each revocation that concerns a principal, recent ones included, until the
   * returned function is called. For open streams. The callback must not throw.
   */
  watch(principal: RevocationSubject, onNotice: (notice: RevocationNotice) => void): () => void;
  /** Creates a CSRF token bound to a session id, or to another secret of the browser. */
  csrfToken(binding: string): string;
  /** Whether a CSRF token was created for this binding by a key that still verifies. */
  isCsrfToken(token: string, binding: string): boolean;
  /**
   * Lists one page of a user's live sessions, the newest sign-in first. A page may hold fewer than
   * `limit` (50): the list is complete when `next` is `null`.
   *
   * @example
   * const { sessions, next } = await layer.sessionsOf(user.id);
   * const second = next && (await layer.sessionsOf(user.id, { after: next }));
   */
  sessionsOf(userId: string, page?: Partial<SessionPageQuery>): Promise<SessionPage>;
  /** Finds a live session by its id; `null` if there is none, or it is another user's. */
  sessionOf(userId: string, sessionId: string): Promise<SessionRecord | null>;
  /** Writes the pending acknowledgements now. Never rejects. */
  flush(): Promise<void>;
  /**
   * Writes the pending acknowledgements, unsubscribes from the feed, stops all timers, and waits
   * for the handlers of events that still run.
   */
  close(): Promise<void>;
}

/**
 * Creates the session layer. Call `start()` before it serves, and `close()` before the process
 * ends.
 *
 * @throws OptionsError listing every fault of the options, and every missing method of a store, a
 *   feed or another port
 * @example
 * import { createSessionLayer, deriveKeyRing, systemClock } from '@latchkey/core';
 *
 * const layer = createSessionLayer({
 *   ring: deriveKeyRing([secret]),
 *   store, // memorySessionStore(), sqlSessionStore(database) or redisSessionStore(redis)
 *   users: { findUser: async (id) => (id === user.id ? user : null) },
 *   clock: systemClock,
 * });
 * await layer.start();
 * const grant = await layer.issue(user, { userAgent: null, ipAddress: null });
 */
export function createSessionLayer<Claims extends AnyClaims = AnyClaims>(
  given: SessionLayerDependencies<Claims>,
): SessionLayer<Claims> {
  checkDependencies(given);
  const {
    options: input,
    feed,
    auditLog = noAuditLog(feed),
    onEvent: handle = () => {},
    claims: schema,
    ...rest
  } = given;
  const options = parseSessionOptions(input);
  const claims = checkedSchema(schema);
  const { ring, store } = rest;
  const events = eventDelivery(handle);
  const onEvent = events.emit;
  const acknowledgements = acknowledgementQueue(store, onEvent, { clock: rest.clock });
  const revocations = createRevocations({ feed, options, clock: rest.clock, auditLog, onEvent });
  const context: SessionContext = {
    ...rest,
    users: checkedUsers(rest.users, claims),
    options,
    claims,
    auditLog,
    onEvent,
    acknowledgements,
    revocations,
  };
  const authenticator = accessTokenAuthenticator(context);

  return {
    options,
    clock: rest.clock,
    findKeys: (accessTokens) =>
      accessTokens.some((token) => namesUnknownKey(ring, token)) ? ring.seek() : null,
    refresh: presentedRefresher(context),
    authenticate: authenticator.authenticate as SessionLayer<Claims>['authenticate'],
    recognizes: authenticator.recognizes,
    reportAmbiguity: ambiguityReport(rest.clock, onEvent),
    isTooLateToSet: ({ decidedAt }) =>
      isTooLateToSet(decidedAt, rest.clock.now(), options.graceSeconds),
    confirm: (principal) => confirmSession(context, principal),
    reauthenticate: (principal, client) => reauthenticateSession(context, principal, client),
    issue: (user, client) => issueSession(context, user, client),
    revoke: (sessionId, reason, by = SYSTEM) => revokeSession(context, sessionId, reason, by),
    revokeUserSessions: (userId, reason, by = SYSTEM, which = {}) =>
      revokeUserSessions(context, userId, reason, by, which),
    revokePresentedSessions: (credentials, reason, client) =>
      revokePresentedSessions(context, credentials, reason, client),
    start: () => revocations.start(),
    isFeedUpToDate: () => revocations.isUpToDate(),
    watch: (principal, onNotice) => revocations.watch(principal, onNotice),
    csrfToken: (binding) => createCsrfToken(ring, binding),
    isCsrfToken: (token, binding) => verifyCsrfToken(ring, token, binding),
    sessionsOf: (userId, page) =>
      store.findByUser(userId, rest.clock.now(), { limit: 50, ...page }),
    sessionOf: (userId, sessionId) => findLiveSession(context, userId, sessionId),
    flush: () => acknowledgements.flush(),
    async close() {
      await revocations.close();
      await acknowledgements.close();
      await events.settled();
    },
  };
}
