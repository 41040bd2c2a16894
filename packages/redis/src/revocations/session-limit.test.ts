import {
  createSessionLayer,
  deriveKeyRing,
  memorySessionStore,
  type SessionLayer,
  type SessionStore,
} from '@latchkey/core';
import { type SettableClock, settableClock } from '@latchkey/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { durableRevocations } from './durable-revocations.ts';
import { memoryRevocationLog } from './testing/memory-revocation-log.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

let clock: SettableClock;
let store: SessionStore;
beforeEach(() => {
  clock = settableClock();
  store = durableRevocations(memorySessionStore(), memoryRevocationLog());
});

const layerOf = (maxSessionsPerUser: number) =>
  createSessionLayer({
    ring,
    store,
    clock,
    users: { findUser: async () => alice },
    options: { maxSessionsPerUser },
  });

async function signIns(layer: SessionLayer, count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    clock.advance(0.001);
    await layer.issue(alice, client);
  }
}

const live = async (layer: SessionLayer) =>
  (await layer.sessionsOf('a', { limit: 1_000 })).sessions.map(({ id }) => id);

describe('maxSessionsPerUser with durable revocations', () => {
  it('holds after 40 sign-ins at once, and keeps the newest of them', async () => {
    const layer = layerOf(5);
    await signIns(layer, 5);
    let now = clock.now();
    const racing = createSessionLayer({
      ring,
      store,
      clock: { ...clock, now: () => ++now },
      users: { findUser: async () => alice },
      options: layer.options,
    });
    const grants = await Promise.all(Array.from({ length: 40 }, () => racing.issue(alice, client)));
    expect((await store.findByUser('a', now, { limit: 100 })).sessions.map(({ id }) => id)).toEqual(
      grants
        .slice(-5)
        .map(({ sessionId }) => sessionId)
        .toReversed(),
    );
  });

  it('ends 100 sessions at each sign-in after it was lowered, until it holds', async () => {
    await signIns(layerOf(1_000), 250);
    const layer = layerOf(10);
    const counts: number[] = [];
    for (let signIn = 0; signIn < 4; signIn++) {
      await signIns(layer, 1);
      counts.push((await live(layer)).length);
    }
    expect(counts).toEqual([151, 52, 10, 10]);
  });
});
