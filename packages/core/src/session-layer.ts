import {
  type Actor,
  type AuditLog,
  NO_AUDIT_LOG,
  type OnEvent,
  SYSTEM,
} from './audit/security-event.ts';
import type { AnonymousReason, RefreshRefusal } from './errors.ts';
import type { Clock } from './lib/clock.ts';
import { parseSessionOptions, type SessionOptions, type SessionOptionsInput } from './options.ts';
import type { RevocationSubject } from './revocation/revocation-cache.ts';
import type { RevocationFeed, RevocationNotice } from './revocation/revocation-feed.ts';
import { createRevocations } from './revocation/revocations.ts';
import { acknowledgementQueue } from './session/acknowledgements.ts';
import { type Confirmation, confirmSession, findLiveSession } from './session/confirm.ts';
import type { SessionContext } from './session/context.ts';
import type { Grant } from './session/grant.ts';
import { issueSession } from './session/issue.ts';
import { type Principal, principalOf } from './session/principal.ts';
import { reauthenticateSession } from './session/reauthenticate.ts';
import { type RefreshResult, refreshSession } from './session/refresh.ts';
import {
  type RevokeUserSessionsOptions,
  revokeForReuse,
  revokePresentedSessions,
  revokeSession,
  revokeUserSessions,
} from './session/revoke.ts';
import { isTooLateToSet } from './session/rotation-rule.ts';
import type {
  Client,
  RevocationReason,
  SessionPage,
  SessionPageQuery,
  SessionRecord,
  SessionStore,
} from './session/session-store.ts';
import type { User, UserDirectory } from './session/user.ts';
import {
  type AccessTokenClaims,
  type AccessTokenVerdict,
  namesUnknownKey,
} from './token/access-token.ts';
import { accessTokenCache } from './token/access-token-cache.ts';
import { createCsrfToken, verifyCsrfToken } from './token/csrf-token.ts';
import type { KeyRing } from './token/key-ring.ts';
import { isRefreshTokenLike, parseRefreshToken, type RefreshToken } from './token/refresh-token.ts';

/**
 * A header may hold tokens of several sessions; only our own count, and more sessions than this are
 * not a browser's doing.
 */
const MAX_SESSIONS = 4;
/**
 * Unknown access tokens of one request whose signature is checked. Known ones are free: foreign
 * duplicates before a browser's own cost it one refresh.
 */
const MAX_SIGNATURE_CHECKS = 4;

/**
 * What a request carried to refresh with. Several values of one kind are possible: the best
 * authentic one counts.
 */
export interface Credentials {
  readonly refreshTokens: readonly string[];
  readonly usernames: readonly string[];
}

/**
 * What a refresh came to. `sessionId` is null when no authentic refresh token was presented,
 * `userId` also when its session is unknown.
 */
export type RefreshOutcome =
  | Extract<RefreshResult, { kind: 'refreshed' }>
  | {
      readonly kind: 'refused';
      readonly reason: RefreshRefusal | 'refresh_token_missing' | 'username_missing';
      readonly sessionId: string | null;
      readonly userId: string | null;
    };

export type Authentication =
  | { readonly kind: 'authenticated'; readonly principal: Principal }
  | { readonly kind: 'anonymous'; readonly reason: AnonymousReason };

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
   * @param now the instant the request came in: the same one for all steps, or a token could be
   *   valid for the first and expired for the last
   */
  authenticate(accessTokens: readonly string[], now: number): Authentication;
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
  /** Ends the sessions these refresh tokens belong to. */
  revokePresentedSessions(
    refreshTokens: readonly string[],
    reason: RevocationReason,
    client: Client,
  ): Promise<void>;
  /**
   * Begins to follow the feed of revocations; call it once, before serving. Until then, and
   * whenever the feed is lost, the store is asked for every request.
   *
   * @throws StoreUnavailableError
   */
  follow(): Promise<void>;
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
  const protocol: SessionContext = {
    ...rest,
    options,
    auditLog,
    onEvent,
    acknowledgements,
    revocations,
  };
  const verifier = accessTokenCache(ring, options);

  function verifyPresented(token: string, now: number): AccessTokenVerdict {
    const { verdict, first } = verifier.verifyPresented(token, now);
    if (first && verdict.kind === 'valid')
      acknowledgements.push({
        sessionId: verdict.claims.sid,
        generation: verdict.claims.gen,
        at: now,
      });
    return verdict;
  }

  function authenticate(accessTokens: readonly string[], now: number): Authentication {
    let best: AccessTokenClaims | null = null;
    let reason: AnonymousReason = 'no_credentials';
    for (const token of affordable(accessTokens)) {
      const verdict = verifyPresented(token, now);
      const notice = verdict.kind === 'valid' ? revocations.revocationOf(verdict.claims) : null;
      if (notice) reason = notice;
      else if (verdict.kind === 'invalid')
        reason =
          reason === 'no_credentials' || reason === 'access_token_invalid'
            ? verdict.reason
            : reason;
      else if (
        !best ||
        verdict.claims.gen > best.gen ||
        (verdict.claims.gen === best.gen && verdict.claims.iat > best.iat)
      )
        best = verdict.claims;
    }
    return best
      ? { kind: 'authenticated', principal: principalOf(best) }
      : { kind: 'anonymous', reason };
  }

  /** Each token once, and of those whose signature must be checked only the first few. */
  function* affordable(accessTokens: readonly string[]): Generator<string> {
    let signatureChecks = 0;
    for (const token of new Set(accessTokens))
      if (!verifier.needsSignatureCheck(token) || ++signatureChecks <= MAX_SIGNATURE_CHECKS)
        yield token;
  }

  function recognizes(accessTokens: readonly string[], now: number): boolean {
    for (const token of affordable(accessTokens)) {
      const verdict = verifier.verify(token, now);
      if (verdict.kind === 'valid' || verdict.reason === 'access_token_expired') return true;
    }
    return false;
  }

  async function refresh(
    { refreshTokens, usernames: [username, ...others] }: Credentials,
    client: Client,
  ): Promise<RefreshOutcome> {
    if (refreshTokens.length === 0)
      return { kind: 'refused', reason: 'refresh_token_missing', sessionId: null, userId: null };
    if (username === undefined)
      return { kind: 'refused', reason: 'username_missing', sessionId: null, userId: null };

    let outcome: RefreshOutcome = {
      kind: 'refused',
      reason: 'refresh_token_invalid',
      sessionId: null,
      userId: null,
    };
    const reused: Extract<RefreshResult, { kind: 'reuse' }>[] = [];
    for (const token of await heldTokens(refreshTokens)) {
      const result = await refreshSession(protocol, {
        token,
        usernames: [username, ...others],
        client,
      });
      if (result.kind === 'refreshed') return result;
      if (result.kind === 'refused') outcome = result;
      else reused.push(result);
    }
    for (const { session, presentedGeneration } of reused) {
      await revokeForReuse(protocol, session, presentedGeneration, client);
      outcome = {
        kind: 'refused',
        reason: 'refresh_token_reused',
        sessionId: session.id,
        userId: session.userId,
      };
    }
    return outcome;
  }

  /**
   * The authentic tokens among these. One that was made under a key which is not here yet is worth
   * a look for it.
   */
  async function heldTokens(tokens: readonly string[]): Promise<RefreshToken[]> {
    const isForeign = (token: string) =>
      isRefreshTokenLike(token) && parseRefreshToken(ring, token) === null;
    if (tokens.some(isForeign)) await ring.seek();
    return newestOfEachSession(tokens);
  }

  /**
   * A stale duplicate of the same session is no reuse, so only the highest generation is presented.
   */
  function newestOfEachSession(tokens: readonly string[]): RefreshToken[] {
    const authentic = tokens.flatMap((token) => parseRefreshToken(ring, token) ?? []);
    authentic.sort((a, b) => b.generation - a.generation);
    return authentic
      .filter(
        (token, index) =>
          authentic.findIndex((other) => other.sessionId === token.sessionId) === index,
      )
      .slice(0, MAX_SESSIONS);
  }

  return {
    options,
    clock: rest.clock,
    findKeys: (accessTokens) =>
      accessTokens.some((token) => namesUnknownKey(ring, token)) ? ring.seek() : null,
    refresh,
    authenticate,
    recognizes,
    isTooLateToSet: ({ decidedAt }) =>
      isTooLateToSet(decidedAt, rest.clock.now(), options.graceSeconds),
    confirm: (principal) => confirmSession(protocol, principal),
    reauthenticate: (principal, client) => reauthenticateSession(protocol, principal, client),
    issue: (user, client) => issueSession(protocol, user, client),
    revoke: (sessionId, reason, by = SYSTEM) => revokeSession(protocol, sessionId, reason, by),
    revokeUserSessions: (userId, reason, by = SYSTEM, which = {}) =>
      revokeUserSessions(protocol, userId, reason, by, which),
    revokePresentedSessions: async (tokens, reason, client) =>
      revokePresentedSessions(protocol, await heldTokens(tokens), reason, client),
    follow: () => revocations.follow(),
    isFeedUpToDate: () => revocations.isUpToDate(),
    watch: (principal, onNotice) => revocations.watch(principal, onNotice),
    csrfToken: (binding) => createCsrfToken(ring, binding),
    isCsrfToken: (token, binding) => verifyCsrfToken(ring, token, binding),
    sessionsOf: (userId, page) =>
      store.findByUser(userId, rest.clock.now(), { limit: 50, ...page }),
    sessionOf: (userId, sessionId) => findLiveSession(protocol, userId, sessionId),
    flush: () => acknowledgements.flush(),
    async close() {
      await revocations.close();
      await acknowledgements.close();
    },
  };
}
