import {
  createSessionLayer,
  deriveKeyRing,
  memoryRevocationFeed,
  memorySessionStore,
  type SessionStore,
} from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { memoryUsers } from '@latchkey/test-support';
import { expect, it } from 'vitest';
import { joinSessionCheck } from './checks/session-checks.ts';
import { LiveSession } from './live-session.ts';
import { streamRegistry } from './stream-registry.ts';

/** Follows a session of bob in a store whose answers a test can hold back. */
async function followed() {
  const [clock, users, streams, inner] = [
    settableClock(),
    memoryUsers(),
    streamRegistry(),
    memorySessionStore(),
  ];
  let held: Promise<void> = Promise.resolve();
  let asked = 0;
  const store: SessionStore = {
    ...inner,
    async find(sessionId) {
      const found = await inner.find(sessionId);
      asked++;
      await held;
      return found;
    },
  };
  const ring = deriveKeyRing([
    Buffer.from('the secret of these tests, number 1').toString('base64url'),
  ]);
  const layer = createSessionLayer({
    ring,
    store,
    users,
    clock,
    feed: memoryRevocationFeed(clock),
    options: { accessTokenSeconds: 60 },
  });
  await layer.start();
  const bob = users.byName('bob');
  if (!bob) throw new Error('no bob');
  const grant = await layer.issue(bob, { userAgent: null, ipAddress: null });
  const authentication = layer.authenticate([grant.accessToken], clock.now());
  if (authentication.kind === 'anonymous') throw new Error(authentication.reason);
  const changes: (string | undefined)[] = [];
  const session = new LiveSession(
    layer,
    (member) => joinSessionCheck(streams, layer, member),
    authentication.principal,
    ({ end }) => changes.push(end?.kind),
  );
  return {
    session,
    clock,
    streams,
    changes,
    asked: () => asked,
    revoke: () => layer.revoke(grant.sessionId, 'administrator'),
    /**
     * Holds the store's answers back until the returned function is called; they are as of when it
     * was asked.
     */
    hold() {
      const gate = Promise.withResolvers<void>();
      held = gate.promise;
      return gate.resolve;
    },
  };
}

it('reads the store again for a revocation report that arrives during a read', async () => {
  const { session, clock, asked, revoke, hold, changes } = await followed();
  session.listen(() => {});
  const release = hold();
  clock.advance(60);
  const settled = session.settle();
  await expect.poll(asked).toBe(1);
  await revoke();
  release();
  await settled;
  expect(session.end).toEqual({ kind: 'refused', reason: 'session_revoked' });
  expect(changes).toEqual([undefined, 'refused']);
});

it('shares one read of the store among calls that begin meanwhile', async () => {
  const { session, clock, asked, hold } = await followed();
  session.listen(() => {});
  expect(session.settle()).toBeUndefined();
  const release = hold();
  clock.advance(60);
  const [first, second] = [session.settle(), session.settle()];
  expect(second).toBe(first);
  release();
  await first;
  expect(asked()).toBe(1);
  expect(session.settle()).toBeUndefined();
});

it('reads no store for a live session without listeners', async () => {
  const { session, clock, asked, streams } = await followed();
  const leave = session.listen(() => {});
  expect(streams.members).toBe(1);
  leave();
  expect(streams.members).toBe(0);
  clock.advance(60);
  expect(session.settle()).toBeUndefined();
  expect(asked()).toBe(0);
});
