import type { Actor, Clock } from '@latchkey/core';
import {
  type DatabaseKeys,
  type KeyDates,
  type KeyLifecycle,
  type KeyPurpose,
  keyLifecycles,
  type ManagedKey,
  successorDue,
} from '@latchkey/keys';
import { refuse } from '@latchkey/trpc';
import type { AuditTrail } from '../audit/audit-trail.ts';
import type { Keys } from './open-keys.ts';

/** The next key for a purpose, and from when it signs. `made` is false if it existed already. */
export interface KeyRotation extends KeyDates {
  readonly signsFrom: number;
  readonly made: boolean;
}

/**
 * Changes of keys, made by operators or by the schedule. Each commits together with its audit
 * event, or not at all.
 */
export interface KeyChanges {
  /** Lists every key with its status. */
  list(): KeyLifecycle<ManagedKey>[];
  /**
   * Creates the next key for a purpose. It signs once every node and service has it, or at once.
   *
   * @throws TRPCError 409 if keys are not in the database
   */
  rotate(purpose: KeyPurpose, at: 'next' | 'now', by: Actor): Promise<KeyRotation>;
  /**
   * Revokes a key. If it was the signing key, a new one signs from now on.
   *
   * @param signOut required for a key of refresh tokens: browsers that hold one of its tokens
   *   have to sign in again
   * @throws TRPCError 404 for an unknown key, 409 if the key must not or cannot be revoked
   */
  remove(kid: string, signOut: boolean, by: Actor): Promise<void>;
  /** Rotates the keys that are due, and deletes expired ones. */
  rotateDueKeys(by: Actor): Promise<void>;
  /**
   * Rotates the key of access tokens at once if the configured algorithm differs from the newest
   * key's.
   */
  adoptAlgorithm(by: Actor): Promise<KeyRotation | null>;
}

export interface KeyChangesDependencies {
  readonly keys: Keys;
  readonly trail: AuditTrail;
  readonly clock: Clock;
  readonly algorithm: string;
}

export function keyChanges({ keys, trail, clock, algorithm }: KeyChangesDependencies): KeyChanges {
  const { schedule } = keys;
  const newestIn = (lifecycles: readonly KeyLifecycle<ManagedKey>[], purpose: KeyPurpose) =>
    lifecycles.findLast(({ key }) => key.purpose === purpose && key.key !== null)?.key;
  const newest = (purpose: KeyPurpose) => newestIn(keys.lifecycles(), purpose);

  function changeable(): DatabaseKeys {
    if (keys.stored) return keys.stored;
    throw refuse('conflict', {
      message: 'The keys are not in the database (KEY_SOURCE): change them at their source.',
    });
  }

  /**
   * Rotates a key.
   *
   * @param isDone tells, within the transaction, whether another node was faster
   */
  async function rotateAt(
    purpose: KeyPurpose,
    signsFrom: number,
    by: Actor,
    isDone = async () => false,
  ): Promise<KeyRotation> {
    const stored = changeable();
    const made = await stored.make(purpose);
    const added = await trail.transaction(async () => {
      const key = (await isDone()) ? null : await stored.add(purpose, made, signsFrom);
      if (key)
        await trail.append([
          {
            kind: 'keys.rotated',
            at: clock.now(),
            ...actorOf(by),
            purpose,
            kid: key.kid,
            algorithm: key.algorithm,
            signsFrom,
          },
        ]);
      return key;
    });
    await keys.reload();
    const key = added ?? newest(purpose);
    if (!key) throw new Error(`there is no key for ${purpose}`);
    return { ...datesOf(key), signsFrom: key.signsFrom ?? 0, made: added !== null };
  }

  return {
    list: keys.lifecycles,

    async rotate(purpose, at, by) {
      changeable();
      await keys.reload();
      const next = keys
        .lifecycles()
        .find(({ key, status }) => key.purpose === purpose && status === 'next')?.key;
      if (at === 'next' && next)
        return { ...datesOf(next), signsFrom: next.signsFrom ?? 0, made: false };
      return rotateAt(
        purpose,
        at === 'now' ? clock.now() : Math.round(clock.now() + schedule.leadSeconds * 1000),
        by,
      );
    },

    async remove(kid, signOut, by) {
      const stored = changeable();
      await keys.reload();
      const found = keys.lifecycles().find(({ key }) => key.kid === kid);
      if (!found || found.status === 'revoked')
        throw refuse('not_found', {
          message: 'There is no key with this id, or it has already been revoked.',
        });
      const { purpose } = found.key;
      if (purpose === 'refresh-token' && !signOut)
        throw refuse('conflict', {
          message:
            'Users whose refresh token was made under this key would have to sign in again: accept that (signOut: true, on the command line --sign-out), or rotate the key.',
        });
      const made = found.status === 'current' ? await stored.make(purpose) : null;
      await trail.transaction(async () => {
        const now = clock.now();
        const successor = made && (await stored.add(purpose, made, now));
        if (made && !successor)
          throw refuse('conflict', {
            message: 'The keys are being rotated. Try again.',
          });
        /** Deletes a key that never signed; it needs no replacement. */
        if (found.status === 'next') await stored.forget([kid]);
        else if (!(await stored.revoke(kid, now)))
          throw refuse('not_found', {
            message: 'There is no key with this id, or it has already been revoked.',
          });
        await trail.append([
          {
            kind: 'keys.removed',
            at: now,
            ...actorOf(by),
            purpose,
            kid,
            successor: successor?.kid ?? null,
          },
        ]);
      });
      await keys.reload();
    },

    async rotateDueKeys(by) {
      if (!keys.stored) return;
      await keys.reload();
      for (const purpose of new Set(keys.lifecycles().map(({ key }) => key.purpose))) {
        const key = newest(purpose);
        const signsFrom = key ? successorDue(key, schedule, clock.now()) : null;
        if (signsFrom !== null) await rotateAt(purpose, signsFrom, by);
      }
      await keys.stored.forget(forgettable(keys.lifecycles(), clock.now()));
    },

    async adoptAlgorithm(by) {
      const { stored } = keys;
      if (!stored) return null;
      /**
       * Reads the keys from their source, not from the key ring: within a transaction, a ring that
       * is being reloaded would wait for the transaction to end.
       */
      const lifecycles = async () =>
        keyLifecycles(await stored.load(), keys.lifetimes, clock.now()).filter(
          ({ key, status }) => key.purpose === 'access-token' && status !== 'revoked',
        );
      const isAdopted = async () => (await lifecycles()).at(-1)?.key.algorithm === algorithm;
      if (await isAdopted()) return null;
      return rotateAt('access-token', clock.now(), by, async () => {
        if (await isAdopted()) return true;
        await stored.forget(
          (await lifecycles()).filter(({ status }) => status === 'next').map(({ key }) => key.kid),
        );
        return false;
      });
    },
  };
}

function datesOf({ kid, purpose, algorithm, signsFrom, revokedAt }: KeyDates): KeyDates {
  return { kid, purpose, algorithm, signsFrom, revokedAt };
}

function actorOf({ userId, userAgent, ipAddress }: Actor) {
  return { actorId: userId, userId: null, sessionId: null, userAgent, ipAddress };
}

/** Returns the keys whose last token has expired, and revoked ones on which no token depends. */
function forgettable(lifecycles: readonly KeyLifecycle[], now: number): string[] {
  return lifecycles
    .filter(
      ({ status, verifiesUntil }) =>
        status === 'expired' || (status === 'revoked' && now >= verifiesUntil),
    )
    .map(({ key }) => key.kid);
}
