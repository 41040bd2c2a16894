import { ambiguityReport } from './audit/ambiguity.ts';
import { type AuditLog, NO_AUDIT_LOG } from './audit/audit-log.ts';
import type { Client } from './audit/client.ts';
import { type Actor, SYSTEM } from './audit/client.ts';
import type { OnEvent } from './audit/security-event.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { Clock } from './lib/clock.ts';
import { parseSessionOptions, type SessionOptions, type SessionOptionsInput } from './options.ts';
import type { RevocationSubject } from './revocation/revocation-cache.ts';
import type { RevocationFeed, RevocationNotice } from './revocation/revocation-feed.ts';
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
import { type RefreshOutcome, refreshPresented } from './session/refresh-presented.ts';
import {
  type RevokeUserSessionsOptions,
  revokePresentedSessions,
  revokeSession,
  revokeUserSessions,
} from './session/revoke.ts';
import { isTooLateToSet } from './session/rotation-rule.ts';
import type {
  SessionPage,
  SessionPageQuery,
  SessionRecord,
  SessionStore,
} from './session/session-store.ts';
import type { User, UserDirectory } from './session/user.ts';
import { namesUnknownKey } from './token/access-token.ts';
import { type Authentication, accessTokenAuthenticator } from './token/authenticate.ts';
import { createCsrfToken, verifyCsrfToken } from './token/csrf-token.ts';
import type { Credentials } from './token/presented-tokens.ts';
import type { Principal } from './token/principal.ts';

/**
 * The session layer, free of HTTP: the edge calls `refresh` for a request that does not
 * authenticate, injects the new token, then calls `authenticate`.
 */
export interface SessionLayer {
  readonly options: SessionOptions;
  readonly clock: Clock;
  /**
   * Looks for the keys these access tokens name, where the ring does not have them: another node
   * may have signed with one that is not here yet.
   *
   * @returns `null` where there is nothing to wait for
   */
  findKeys(accessTokens: readonly string[]): Promise<void> | null;
  /** One refresh, whatever the access tokens say. @throws StoreUnavailableError */
  refresh(credentials: Credentials, client: Client): Promise<RefreshOutcome>;
  /**
   * Verifies the access tokens a request carries, against what this node knows of revocations too;
   * no store access.
   *
   * @param presented the refresh tokens and usernames beside them: they say which of several
   *   sessions of one user counts
   * @param now the instant the request came in: the same one for all steps, or a token could be
   *   valid for the first and expired for the last
   */
  authenticate(
    accessTokens: readonly string[],
    now: number,
    presented?: Credentials,
  ): Authentication;
  /**
   * Tells `onEvent` that a request was refused as `ambiguous_session`: once a minute and address.
   */
  reportAmbiguity(client: Client): void;
  /**
   * Whether any of these access tokens was signed with a key of the ring, whatever has become of it
   * since.
   */
  recognizes(accessTokens: readonly string[], now: number): boolean;
  /**
   * Whether a grant's cookies must not be set any more: it was decided a grace ago, and the browser
   * may hold newer ones.
   */
  isTooLateToSet(grant: Pick<Grant, 'decidedAt'>): boolean;
  /**
   * Whether the caller's session and user still hold at this moment, by the store. @throws
   * StoreUnavailableError
   */
  confirm(principal: Principal): Promise<Confirmation>;
  /**
   * Notes that the caller has just proved again who they are. False when the session is over.
   * @throws StoreUnavailableError
   */
  reauthenticate(
    principal: Pick<Principal, 'sessionId' | 'userId'>,
    client: Client,
  ): Promise<boolean>;
  /** Starts a session for a user whose password (or other proof) was checked. */
  issue(user: User, client: Client): Promise<Grant>;
  /** Ends one session. False when it was over before, or unknown. */
  revoke(sessionId: string, reason: RevocationReason, by?: Actor): Promise<boolean>;
  /**
   * Ends everything that was issued to a user so far, except one session if named: sessions and, by
   * a raised token version, access tokens. Call it in the transaction of whatever it follows from.
   *
   * @returns the ids of the sessions that this call ended
   */
  revokeUserSessions(
    userId: string,
    reason: RevocationReason,
    by?: Actor,
    options?: RevokeUserSessionsOptions,
  ): Promise<string[]>;
  /** Ends the sessions to which the refresh tokens of a request belong. */
  revokePresentedSessions(
    credentials: Credentials,
    reason: RevocationReason,
    client: Client,
  ): Promise<void>;
  /**
   * Subscribes to the revocation feed; call it once before serving. Until then, and whenever the
   * feed is lost, the edge asks the store at every request. Without a feed it does nothing.
   *
   * @throws StoreUnavailableError
   */
  start(): Promise<void>;
  /**
   * Whether this node knows what was revoked anywhere, but for the last moments. Always so without
   * a feed: an access token then holds until it expires.
   */
  isFeedUpToDate(): boolean;
  /**
   * Calls back for each revocation that concerns a principal, those of late included, until the
   * returned function is called: for open streams. Must not throw.
   */
  watch(principal: RevocationSubject, onNotice: (notice: RevocationNotice) => void): () => void;
  /** A token against forged requests, bound to a session or to what stands for one. */
  csrfToken(binding: string): string;
  /** Whether it is one of ours, for this binding. */
  isCsrfToken(token: string, binding: string): boolean;
  /**
   * One page of a user's live sessions, the newest sign-in first. A page may hold fewer than
   * `limit` (50): `next` says whether the list is complete.
   *
   * @example
   * const { sessions, next } = await layer.sessionsOf(userId);
   * const second = next && (await layer.sessionsOf(userId, { after: next }));
   * @throws StoreUnavailableError
   */
  sessionsOf(userId: string, page?: Partial<SessionPageQuery>): Promise<SessionPage>;
  /**
   * One live session of a user, by its id; `null` where it is unknown, over, or another user's.
   * @throws StoreUnavailableError
   */
  sessionOf(userId: string, sessionId: string): Promise<SessionRecord | null>;
  /** Writes waiting acknowledgements now. */
  flush(): Promise<void>;
  /** Flushes, follows no more, and stops. */
  close(): Promise<void>;
}

export interface SessionLayerDependencies {
  readonly options?: SessionOptionsInput;
  readonly ring: KeyRing;
  readonly store: SessionStore;
  readonly users: UserDirectory;
  readonly clock: Clock;
  /**
   * Brings revocations to every node at once. Without one, a valid access token holds until it
   * expires, whatever became of its session.
   */
  readonly feed?: RevocationFeed | undefined;
  /** Keeps security events beside the changes they record; without one they are only told. */
  readonly auditLog?: AuditLog;
  readonly onEvent?: OnEvent;
}

/**
 * Builds the session layer.
 *
 * @throws OptionsError listing every fault of the options
 */
export function createSessionLayer({
  options: input,
  feed,
  auditLog = NO_AUDIT_LOG,
  onEvent = () => {},
  ...rest
}: SessionLayerDependencies): SessionLayer {
  const options = parseSessionOptions(input);
  const { ring, store } = rest;
  const acknowledgements = acknowledgementQueue(store, onEvent, { clock: rest.clock });
  const revocations = createRevocations({ feed, options, clock: rest.clock, auditLog, onEvent });
  const context: SessionContext = {
    ...rest,
    options,
    auditLog,
    onEvent,
    acknowledgements,
    revocations,
  };
  const authenticator = accessTokenAuthenticator({ ring, options, acknowledgements, revocations });

  return {
    options,
    clock: rest.clock,
    findKeys: (accessTokens) =>
      accessTokens.some((token) => namesUnknownKey(ring, token)) ? ring.seek() : null,
    refresh: (credentials, client) => refreshPresented(context, credentials, client),
    authenticate: authenticator.authenticate,
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
    },
  };
}
