import { memorySessionStore, rotationMatch, type SessionRecord } from '@latchkey/core';
import { sessionStoreContract } from '@latchkey/core/testing/contracts';
import * as vitest from 'vitest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ageableStore } from './ageable-store.ts';

afterEach(() => vi.unstubAllEnvs());

sessionStoreContract('the ageable store', vitest, async () => ({
  store: ageableStore(memorySessionStore()),
  close: async () => {},
}));

it('ageableStore throws if NODE_ENV is production', () => {
  vi.stubEnv('NODE_ENV', 'production');
  expect(() => ageableStore(memorySessionStore())).toThrow(
    'ageableStore: NODE_ENV is production. It lets sessions seem older than they are: create it in development only.',
  );
});

describe('an aged session', () => {
  const GRACE = 15;
  const record = (over: Partial<SessionRecord> = {}): SessionRecord => ({
    id: 'A'.repeat(22),
    userId: 'u',
    username: 'bob',
    generation: 3,
    secretHash: 'b'.repeat(43),
    previousSecretHash: 'a'.repeat(43),
    sealedSuccessor: null,
    deliveredAt: 1_000,
    acknowledgedAt: 2_000,
    tokenVersion: 0,
    createdAt: 0,
    authenticatedAt: 0,
    lastSeenAt: 0,
    idleExpiresAt: 1e9,
    absoluteExpiresAt: 1e9,
    revokedAt: null,
    revokedReason: null,
    userAgent: null,
    ipAddress: null,
    ...over,
  });
  const next = {
    generation: 4,
    secretHash: 'c'.repeat(43),
    previousSecretHash: 'b'.repeat(43),
    sealedSuccessor: null,
    deliveredAt: 9_000,
    idleExpiresAt: 1e9,
    userAgent: null,
    ipAddress: null,
  };

  async function stored(session = record()) {
    const inner = memorySessionStore();
    const store = ageableStore(inner);
    await store.create(session);
    return { inner, store, id: session.id };
  }

  it('an aged session shows older times, and stores the same', async () => {
    const { inner, store, id } = await stored();
    store.age(id, 500, 1_500);
    expect(await store.find(id)).toMatchObject({ deliveredAt: 500, acknowledgedAt: 2_000 });
    store.age(id, 100, 2_000);
    expect(await store.find(id)).toMatchObject({ deliveredAt: 400, acknowledgedAt: 1_900 });
    expect(await inner.find(id)).toEqual(record());
    expect(store.agedBy(id)).toBe(600);
    expect(store.agedBy('B'.repeat(22))).toBe(0);
  });

  it.each([
    [0, 61_000, true],
    [0, 60_999, false],
    [10_000, 51_000, true],
    [10_000, 50_999, false],
  ])('aged by %i ms, a session rotates at %i: %s', async (milliseconds, now, won) => {
    const { store, id } = await stored();
    if (milliseconds > 0) store.age(id, milliseconds, 2_000);
    const { generation, secretHash } = record();
    const match = rotationMatch({ sessionId: id, generation, secretHash }, now, GRACE);
    expect((await store.rotate(match, next)).won).toBe(won);
  });

  it('a delivery after the skip is not aged', async () => {
    const { store, id } = await stored(record({ deliveredAt: 3_000 }));
    store.age(id, 60_000, 2_999);
    const { generation, secretHash } = record();
    const match = rotationMatch({ sessionId: id, generation, secretHash }, 4_000, GRACE);
    expect(await store.rotate(match, next)).toMatchObject({
      won: false,
      session: { deliveredAt: 3_000 },
    });
  });

  it('a lost rotation shows the record as aged', async () => {
    const { store, id } = await stored();
    store.age(id, 500, 2_000);
    const match = rotationMatch({ sessionId: id, generation: 2, secretHash: 'x' }, 9_000, GRACE);
    expect(await store.rotate(match, next)).toMatchObject({
      won: false,
      session: { deliveredAt: 500, acknowledgedAt: 1_500 },
    });
  });
});
