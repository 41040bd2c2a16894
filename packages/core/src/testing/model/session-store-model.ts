import { deepStrictEqual } from 'node:assert/strict';
import type FastCheck from 'fast-check';
import { memorySessionStore } from '../../session/memory-session-store.ts';
import { settleSeconds } from '../../session/rotation-rule.ts';
import type { SessionRecord, SessionStore } from '../../session/session-store.ts';
import { text } from '../contracts/session-record.ts';
import type { TestRunner } from '../contracts/test-runner.ts';
import { settableClock } from '../settable-clock.ts';
import { purgeAll } from './purge-all.ts';
import { type History, type Step, sessionHistories } from './session-history.ts';
import { sessionPlayer } from './session-player.ts';

/** A store that can be closed and opened again. */
export interface ReopenableStore {
  readonly store: SessionStore;
  /** Closes the store and opens it again on the same data, as a restart does. */
  reopen(): Promise<SessionStore>;
  close(): Promise<void>;
}

/**
 * Defines a test that plays random histories of sign-ins, refreshes, sign-outs, waits, purges and
 * restarts against a store and the memory store: every result, event and record must be equal. A
 * failure prints the shortest failing history and its seed.
 *
 * @param runner Vitest (`import * as vitest from 'vitest'`) or Jest (`'@jest/globals'`)
 * @param fc `import fc from 'fast-check'`
 * @param open returns a store that no other test uses; called once
 * @param options `removesExpired`: false for a store that deletes expired sessions by itself (a
 *   TTL); `runs`: the number of histories (100), limited to 20 seconds
 * @example
 * import { memorySessionStore } from '@latchkey/core';
 * import { sessionStoreModel } from '@latchkey/core/testing/contracts';
 * import fc from 'fast-check';
 * import * as vitest from 'vitest';
 *
 * const store = memorySessionStore(); // yours
 * sessionStoreModel('my store', vitest, fc, async () => ({
 *   store,
 *   reopen: async () => store, // close it and open it again on the same data
 *   close: async () => {},
 * }));
 */
export function sessionStoreModel(
  name: string,
  { afterAll, beforeAll, describe, it }: TestRunner,
  fc: object,
  open: () => Promise<ReopenableStore>,
  { removesExpired = true, runs = 100 }: { removesExpired?: boolean; runs?: number } = {},
): void {
  describe(`${name}, given random histories,`, () => {
    let opened: ReopenableStore;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    it('behaves like the memory store in random histories', async () => {
      const compare = storeComparison(opened, removesExpired);
      // The declarations must compile without fast-check, so they do not name its type.
      const { assert, asyncProperty } = fc as typeof FastCheck;
      const histories = sessionHistories(fc as typeof FastCheck, removesExpired);
      await assert(asyncProperty(histories, compare), {
        numRuns: runs,
        interruptAfterTimeLimit: 20_000,
      });
    }, 90_000);
  });
}

/**
 * Returns a function that plays a history on a store and on a memory store.
 *
 * @param watch receives what the memory store returned for each step
 * @throws AssertionError at the first step in which they differ
 */
export function storeComparison(
  opened: Pick<ReopenableStore, 'store' | 'reopen'>,
  removesExpired = true,
  watch: (saw: unknown) => void = () => {},
): (history: History) => Promise<void> {
  let store = opened.store;

  return async ({ options, steps }) => {
    /** Deletes the sessions that the previous history has left. */
    if (removesExpired) await purgeAll(store, Number.MAX_SAFE_INTEGER, 1_000);
    const clock = settableClock();
    const userIds = [text(8), text(8)] as const;
    const reference = sessionPlayer(memorySessionStore(), clock, options, userIds);
    const player = sessionPlayer(store, clock, options, userIds);

    for (const [index, step] of steps.entries()) {
      if (step.do === 'wait') clock.advance(step.seconds);
      if (step.do === 'wait until')
        clock.set(
          Math.max(clock.now(), instantOf(step, await reference.recordOf(step.session), options)),
        );
      if (step.do === 'restart') {
        if (step.store) store = await opened.reopen();
        await Promise.all([player.restart(store), reference.restart()]);
      }
      const expected = await reference.play(step);
      watch(expected);
      deepStrictEqual(
        { index, step, saw: await player.play(step) },
        { index, step, saw: expected },
      );
    }
    await Promise.all([player.close(), reference.close()]);
  };
}

function instantOf(
  { instant, offsetMs }: Extract<Step, { do: 'wait until' }>,
  record: SessionRecord | null,
  { graceSeconds }: { readonly graceSeconds: number },
): number {
  if (!record) return 0;
  const { deliveredAt, acknowledgedAt, idleExpiresAt, absoluteExpiresAt } = record;
  const grace = graceSeconds * 1000;
  const instants = {
    grace: (acknowledgedAt ?? deliveredAt) + grace,
    delivery: deliveredAt + grace,
    settle: deliveredAt + settleSeconds(graceSeconds) * 1000,
    idle: idleExpiresAt,
    absolute: absoluteExpiresAt,
  };
  return instants[instant] + offsetMs;
}
