import {
  memorySessionStore,
  type RevocationLog,
  type RotationMatch,
  type RotationNext,
  type SessionRecord,
  type SessionStore,
  StoreUnavailableError,
} from '@latchkey/core';
import { sessionRecord, sessionStoreContract } from '@latchkey/core/testing/contracts';
import * as vitest from 'vitest';
import { beforeEach, describe, expect, it } from 'vitest';
import { durableRevocations } from './durable-revocations.ts';
import { memoryRevocationLog } from './testing/memory-revocation-log.ts';

const T0 = sessionRecord().createdAt;

sessionStoreContract('the memory store with durable revocations', vitest, async () => ({
  store: durableRevocations(memorySessionStore(), memoryRevocationLog()),
  close: async () => {},
}));

const out = async (): Promise<never> => {
  throw new StoreUnavailableError('out');
};

/** Creates a store that has lost a change: it has the state of another store before it. */
async function storeWith(...sessions: readonly SessionRecord[]): Promise<SessionStore> {
  const store = memorySessionStore();
  for (const session of sessions) await store.create(session);
  return store;
}

function rotationOf(session: SessionRecord): [RotationMatch, RotationNext] {
  const { id, username, generation, secretHash } = session;
  const match = {
    sessionId: id,
    username,
    generation,
    secretHash,
    now: T0 + 50,
    deliveredBy: T0 + 50,
  };
  const next = {
    generation: generation + 1,
    secretHash: 'new',
    previousSecretHash: secretHash,
    sealedSuccessor: 'sealed',
    idleExpiresAt: T0 + 99_000,
  };
  return [match, { ...next, deliveredAt: T0 + 50, userAgent: null, ipAddress: null }];
}

describe('a store that is restored to a moment before the revocation', () => {
  const session = sessionRecord();
  const sibling = sessionRecord({ userId: session.userId });
  let log: RevocationLog;
  let restored: SessionStore;
  let store: SessionStore;
  beforeEach(async () => {
    log = memoryRevocationLog();
    await durableRevocations(await storeWith(session, sibling), log).revoke(
      session.id,
      'signed_out',
      T0 + 10,
    );
    restored = await storeWith(session, sibling);
    store = durableRevocations(restored, log);
  });

  const ended = { revokedAt: T0 + 10, revokedReason: 'signed_out' };

  it('a restored store does not rotate a revoked session, and receives the revocation', async () => {
    expect(await store.rotate(...rotationOf(session))).toMatchObject({
      won: false,
      session: { id: session.id, ...ended },
    });
    expect(await restored.find(session.id)).toMatchObject(ended);
  });

  it('returns a revoked session as revoked after a restore, also to a rotation that does not match', async () => {
    expect(await store.find(session.id)).toEqual({ ...session, ...ended });
    expect(await store.rotate(...rotationOf({ ...session, generation: 7 }))).toEqual({
      won: false,
      session: { ...session, ...ended },
    });
  });

  it('does not list a revoked session after a restore', async () => {
    expect(
      (await store.findByUser(session.userId, T0 + 20, { limit: 9 })).sessions.map(({ id }) => id),
    ).toEqual([sibling.id]);
  });

  it('does not revoke a revoked session again after a restore, alone or with all others', async () => {
    expect(await store.revoke(session.id, 'reuse', T0 + 20)).toBeNull();
    expect(await store.revokeAllOfUser(session.userId, 'reuse', T0 + 20)).toEqual([sibling.id]);
    expect(await store.find(session.id)).toMatchObject(ended);
  });

  it('repeats a lost revocation to a restored store once', async () => {
    let told = 0;
    const counting = {
      ...restored,
      revoke: (...parameters: Parameters<SessionStore['revoke']>) =>
        restored.revoke(...parameters).finally(() => told++),
    };
    for (const _ of [1, 2]) await durableRevocations(counting, log).rotate(...rotationOf(session));
    expect(told).toBe(1);
  });

  it('returns null for a revoked session that the store has lost', async () => {
    const empty = durableRevocations(memorySessionStore(), log);
    expect(await empty.find(session.id)).toBeNull();
    expect(await empty.rotate(...rotationOf(session))).toEqual({ won: false, session: null });
  });

  it('rethrows an error of the store that is not an outage', async () => {
    const broken = async () => {
      throw new TypeError('broken');
    };
    await expect(
      durableRevocations({ ...restored, revoke: broken }, log).rotate(...rotationOf(session)),
    ).rejects.toThrow(TypeError);
  });

  it('refuses a revoked session even while the restored store cannot revoke it', async () => {
    const { won, session: found } = await durableRevocations(
      { ...restored, revoke: out },
      log,
    ).rotate(...rotationOf(session));
    expect([won, found?.revokedAt]).toEqual([false, T0 + 10]);
  });
});

describe('a revocation', () => {
  const session = sessionRecord();
  const expected = { ...session, revokedAt: T0 + 10, revokedReason: 'signed_out' };

  it('keeps a revocation in force when the store fails after the log has recorded it', async () => {
    const inner = await storeWith(session);
    const log = memoryRevocationLog();
    const failing = durableRevocations({ ...inner, revoke: out, revokeAllOfUser: out }, log);
    expect(await failing.revoke(session.id, 'signed_out', T0 + 10)).toEqual(expected);
    expect(await durableRevocations(inner, log).find(session.id)).toEqual(expected);
  });

  it('keeps the revocation of all sessions of a user in force when the store fails', async () => {
    const inner = await storeWith(session);
    const log = memoryRevocationLog();
    const failing = durableRevocations({ ...inner, revokeAllOfUser: out }, log);
    expect(await failing.revokeAllOfUser(session.userId, 'password_changed', T0 + 10)).toEqual([
      session.id,
    ]);
    expect(await durableRevocations(inner, log).find(session.id)).toMatchObject({
      revokedReason: 'password_changed',
    });
  });

  it('revokes nothing while the revocation log is out', async () => {
    const inner = await storeWith(session);
    const store = durableRevocations(inner, { record: out, find: async () => [] });
    await expect(store.revoke(session.id, 'signed_out', T0 + 10)).rejects.toThrow(
      StoreUnavailableError,
    );
    await expect(store.revokeAllOfUser(session.userId, 'signed_out', T0 + 10)).rejects.toThrow(
      StoreUnavailableError,
    );
    expect(await inner.find(session.id)).toEqual(session);
  });

  it('keeps a revocation until the session would have expired', async () => {
    const log = memoryRevocationLog();
    await durableRevocations(await storeWith(session), log).revoke(
      session.id,
      'signed_out',
      T0 + 10,
    );
    const { id: sessionId, userId, absoluteExpiresAt: expiresAt } = session;
    expect(await log.find([sessionId])).toEqual([
      { sessionId, userId, reason: 'signed_out', at: T0 + 10, expiresAt },
    ]);
  });

  it('keeps a revocation of a session that the store has lost and may get back', async () => {
    const log = memoryRevocationLog();
    const lost = durableRevocations(memorySessionStore(), log);
    expect(await lost.revoke(session.id, 'signed_out', T0 + 10)).toBeNull();
    expect(
      (await durableRevocations(await storeWith(session), log).find(session.id))?.revokedAt,
    ).toBe(T0 + 10);

    const [inner, other] = [await storeWith(session), memoryRevocationLog()];
    await inner.revoke(session.id, 'signed_out', T0 + 5);
    expect(
      await durableRevocations(inner, other).revoke(session.id, 'signed_out', T0 + 10),
    ).toEqual(expected);
    expect(await other.find([session.id])).toHaveLength(1);
  });

  it('keeps a revocation of an unknown session for the longest life of a cookie', async () => {
    const log = memoryRevocationLog();
    await durableRevocations(memorySessionStore(), log).revoke(session.id, 'signed_out', T0 + 10);
    const expiresAt = T0 + 10 + 400 * 24 * 60 * 60 * 1000;
    expect(await log.find([session.id])).toEqual([
      { sessionId: session.id, userId: '', reason: 'signed_out', at: T0 + 10, expiresAt },
    ]);
  });

  it('writes no revocation for a user without sessions', async () => {
    const store = durableRevocations(
      memorySessionStore(),
      { ...memoryRevocationLog(), record: out },
      out,
    );
    expect(await store.revokeAllOfUser(session.userId, 'signed_out', T0 + 10)).toEqual([]);
  });

  it('sends a revocation to the store once it is committed, and not when it is rolled back', async () => {
    const inner = await storeWith(session);
    const waiting: (() => void | Promise<void>)[] = [];
    const store = durableRevocations(
      inner,
      memoryRevocationLog(),
      async (tell) => void waiting.push(tell),
    );
    await store.revoke(session.id, 'signed_out', T0 + 10);
    expect((await inner.find(session.id))?.revokedAt).toBeNull();
    for (const tell of waiting) await tell();
    expect((await inner.find(session.id))?.revokedAt).toBe(T0 + 10);
  });
});

it('rejects a refresh while the revocation log is out: the session may be revoked', async () => {
  const session = sessionRecord();
  const store = durableRevocations(await storeWith(session), { record: out, find: out });
  await expect(store.find(session.id)).rejects.toThrow(StoreUnavailableError);
  await expect(store.rotate(...rotationOf(session))).rejects.toThrow(StoreUnavailableError);
  await expect(store.findByUser(session.userId, T0, { limit: 9 })).rejects.toThrow(
    StoreUnavailableError,
  );
});
