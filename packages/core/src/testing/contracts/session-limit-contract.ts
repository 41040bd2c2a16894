import { deriveKeyRing } from '../../keys/derived-keys.ts';
import type { SessionStore } from '../../session/session-store.ts';
import type { User } from '../../session/user.ts';
import { createSessionLayer, type SessionLayer } from '../../session-layer.ts';
import { type SettableClock, settableClock } from '../settable-clock.ts';
import { text } from './session-record.ts';
import type { TestRunner } from './test-runner.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

/**
 * Defines the tests that `maxSessionsPerUser` must pass on a session store.
 *
 * @param runner Vitest (`import * as vitest from 'vitest'`) or Jest (`'@jest/globals'`)
 * @param open returns a store and a function that closes it; called once
 * @example
 * import { memorySessionStore } from '@latchkey/core';
 * import { sessionLimitContract } from '@latchkey/core/testing/contracts';
 * import * as vitest from 'vitest';
 *
 * sessionLimitContract('my store', vitest, async () => ({
 *   store: memorySessionStore(), // yours
 *   close: async () => {},
 * }));
 */
export function sessionLimitContract(
  name: string,
  { afterAll, beforeAll, beforeEach, describe, expect, it }: TestRunner,
  open: () => Promise<{ store: SessionStore; close(): Promise<void> }>,
): void {
  describe(`maxSessionsPerUser on ${name}`, () => {
    let clock: SettableClock;
    let alice: User;
    let store: SessionStore;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ store, close } = await open());
    });
    afterAll(() => close());
    beforeEach(() => {
      clock = settableClock();
      alice = { id: text(8), username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
    });

    const layerOf = (maxSessionsPerUser: number, of = clock) =>
      createSessionLayer({
        ring,
        store,
        clock: of,
        users: { findUser: async () => alice },
        options: { maxSessionsPerUser },
      });

    async function signIns(layer: SessionLayer, count: number): Promise<void> {
      for (let signIn = 0; signIn < count; signIn++) {
        clock.advance(0.001);
        await layer.issue(alice, client);
      }
    }

    it('keeps maxSessionsPerUser after 40 concurrent sign-ins; the newest sessions stay', async () => {
      await signIns(layerOf(5), 5);
      let now = clock.now();
      const racing = layerOf(5, { ...clock, now: () => ++now });
      const grants = await Promise.all(
        Array.from({ length: 40 }, () => racing.issue(alice, client)),
      );
      const { sessions } = await store.findByUser(alice.id, now, { limit: 100 });
      expect(sessions.map(({ id }) => id)).toEqual(
        grants
          .slice(-5)
          .map(({ sessionId }) => sessionId)
          .toReversed(),
      );
    });

    it('revokes up to 100 sessions at each sign-in after maxSessionsPerUser was lowered', async () => {
      await signIns(layerOf(1_000), 250);
      const layer = layerOf(10);
      const counts: number[] = [];
      for (let signIn = 0; signIn < 4; signIn++) {
        await signIns(layer, 1);
        counts.push((await layer.sessionsOf(alice.id, { limit: 1_000 })).sessions.length);
      }
      expect(counts).toEqual([151, 52, 10, 10]);
    });
  });
}
