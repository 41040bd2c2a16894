import { type Client, eventBase } from '../audit/client.ts';
import { type RefreshRefusal, StoreUnavailableError } from '../errors.ts';
import {
  newRefreshSecret,
  type RefreshToken,
  sealSuccessor,
  unsealSuccessor,
} from '../token/refresh-token.ts';
import type { SessionContext } from './context.ts';
import { type Grant, grant } from './grant.ts';
import { decideRotation, refuseUser, rotationMatch } from './rotation-rule.ts';
import type { RotationNext, RotationResult, SessionRecord } from './session-store.ts';
import type { User } from './user.ts';

/** How often a refresh tries to write before it gives up because other callers were faster. */
const MAX_ROUNDS = 3;

/** The result of a successful refresh. */
export interface Refreshed {
  readonly kind: 'refreshed';
  readonly decision: 'rotate' | 'reissue' | 'converge' | 'recover';
  readonly grant: Grant;
}

/** The result of a refresh with a single refresh token. */
export type RefreshResult =
  | Refreshed
  | {
      readonly kind: 'refused';
      readonly reason: RefreshRefusal;
      readonly sessionId: string;
      readonly userId: string | null;
    }
  /**
   * The refresh token was reused. The session is not revoked yet: another token of the request may
   * be valid; if none is, the caller revokes it.
   */
  | {
      readonly kind: 'reuse';
      readonly session: SessionRecord;
      readonly presentedGeneration: number;
    };

/** The result of asking the store, and the record and user on which it was decided last. */
export interface Asked {
  readonly result: RefreshResult;
  /** `null` unless refreshed: any other result holds for each caller with the token. */
  readonly after: { readonly session: SessionRecord; readonly user: User } | null;
}

/**
 * The refresh of one session with one authentic token: `ask` asks the store and goes on with
 * `decide`, which decides, writes, and decides again if another caller was faster. `decide` alone
 * is for a caller who knows the record and the user from another caller's `ask`.
 *
 * An ordinary rotation is one store round trip: the conditional write comes first, as its match
 * repeats the conditions of `rotate` in {@link decideRotation}, and the user is looked up
 * meanwhile. Only if it does not match, {@link decideRotation} judges the record that the store
 * returned. Directly after another refresh with this token it would hardly match, so the record is
 * read instead.
 *
 * Both throw `StoreUnavailableError` if the store cannot answer, or other callers were faster three
 * times.
 */
export function sessionRefresh(context: SessionContext, token: RefreshToken, client: Client) {
  const { options, store, users, clock } = context;
  const now = clock.now();
  const rotation = prepareRotation(options, token, client, now);
  let after: Asked['after'] = null;
  return { ask, decide };

  async function ask(isFirst: boolean): Promise<Asked> {
    const [{ won, session }, user] = await Promise.all([
      isFirst ? store.rotate(rotation.match, rotation.next) : read(),
      users.findUser(token.userId),
    ]);
    return { result: await (won ? rotated(session, user) : decide(session, user)), after };
  }

  async function read(): Promise<RotationResult> {
    return { won: false, session: await store.find(token.sessionId) };
  }

  function rotated(session: SessionRecord, user: User | null): RefreshResult {
    const refusal = refuseUser(session, user);
    return refusal || !user
      ? refused(session, refusal ?? 'user_gone')
      : refreshed('rotate', session, user, rotation.secret);
  }

  async function decide(found: SessionRecord | null, user: User | null): Promise<RefreshResult> {
    let session = found;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const decision = decideRotation(session, user, token, now, options.graceSeconds);
      if (decision.kind === 'refuse') return refused(session, decision.reason);
      if (!session || !user)
        throw new Error('a decision other than refuse needs a session and a user');

      switch (decision.kind) {
        case 'reissue':
          acknowledge(session.generation);
          return refreshed('reissue', session, user, null);

        case 'adopt': {
          const { generation, secretHash } = token;
          const own = { generation, secretHash, sealedSuccessor: null };
          const next = { ...rotation.next, ...decision.next, ...own };
          const attempt = await replace(session, session.deliveredAt, next);
          if (attempt.won) {
            announce('session.recovered', session);
            if (generation === session.generation) announceIfShared(session);
            acknowledge(generation);
            return refreshed('recover', attempt.session, user, null);
          }
          session = attempt.session;
          break;
        }

        case 'converge':
          if (
            !decision.recordDelivery ||
            (await store.recordDelivery(session.id, session.generation, now))
          ) {
            const secret = successorSecret(session, token);
            announceIfShared(session);
            const deliveredAt = decision.recordDelivery ? now : session.deliveredAt;
            return refreshed('converge', { ...session, deliveredAt }, user, secret);
          }
          session = await store.find(session.id);
          break;

        case 'rotate':
        case 'recover': {
          const { kind } = decision;
          const deliveredBy = kind === 'rotate' ? rotation.match.deliveredBy : session.deliveredAt;
          const attempt = await replace(session, deliveredBy, rotation.next);
          if (attempt.won) {
            if (kind === 'recover') announce('session.recovered', session);
            return refreshed(kind, attempt.session, user, rotation.secret);
          }
          session = attempt.session;
          break;
        }

        case 'reuse':
          return { kind: 'reuse', session, presentedGeneration: token.generation };
      }
    }
    throw new StoreUnavailableError(
      `the session changed during each of ${MAX_ROUNDS} attempts to refresh it`,
    );
  }

  function refused(session: SessionRecord | null, reason: RefreshRefusal): RefreshResult {
    const { sessionId } = token;
    return { kind: 'refused', reason, sessionId, userId: session?.userId ?? null };
  }

  /**
   * Writes only if the record is still as it was read: after a loss of writes it differs from the
   * presented token. A delivery in between makes the write fail.
   */
  function replace(
    { generation, secretHash }: SessionRecord,
    deliveredBy: number,
    next: RotationNext,
  ): Promise<RotationResult> {
    return store.rotate({ ...rotation.match, generation, secretHash, deliveredBy }, next);
  }

  function refreshed(
    decision: Refreshed['decision'],
    session: SessionRecord,
    user: User,
    secret: Buffer | null,
  ): RefreshResult {
    after = { session, user };
    return { kind: 'refreshed', decision, grant: grant(context, session, user, secret, now) };
  }

  function acknowledge(generation: number): void {
    context.acknowledgements.push({ sessionId: token.sessionId, generation, at: now });
  }

  /**
   * Emits `session.shared` if another client rotated last: a copy of the session, or one client
   * that has changed networks.
   */
  function announceIfShared(current: SessionRecord): void {
    if (current.userAgent !== client.userAgent || current.ipAddress !== client.ipAddress)
      announce('session.shared', current);
  }

  function announce(
    kind: 'session.recovered' | 'session.shared',
    { id, userId, generation }: SessionRecord,
  ): void {
    const base = eventBase(now, id, userId, { ...client, userId: null });
    context.onEvent({ kind, ...base, presentedGeneration: token.generation, generation });
  }
}

function prepareRotation(
  { graceSeconds, idleSeconds }: SessionContext['options'],
  presented: RefreshToken,
  client: Client,
  now: number,
) {
  const { sessionId, generation, secretHash } = presented;
  const successor = { sessionId, generation: generation + 1, ...newRefreshSecret() };
  return {
    secret: successor.secret,
    match: rotationMatch({ sessionId, generation, secretHash }, now, graceSeconds),
    next: {
      generation: successor.generation,
      secretHash: successor.secretHash,
      previousSecretHash: secretHash,
      sealedSuccessor: sealSuccessor(successor, presented.secret),
      deliveredAt: now,
      idleExpiresAt: Math.round(now + idleSeconds * 1000),
      userAgent: client.userAgent,
      ipAddress: client.ipAddress,
    },
  };
}

/**
 * Decrypts the secret of a successor.
 *
 * @returns `null` for a token that was adopted, which the browser holds already
 */
function successorSecret({ id, sealedSuccessor }: SessionRecord, token: RefreshToken) {
  if (sealedSuccessor === null) return null;
  const secret = unsealSuccessor(sealedSuccessor, token);
  if (!secret) throw new StoreUnavailableError(`the successor of session ${id} cannot be opened`);
  return secret;
}
