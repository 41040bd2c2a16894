import { deepStrictEqual } from 'node:assert/strict';
import type * as Vitest from 'vitest';
import { memorySessionStore } from '../session/memory-session-store.ts';
import { settleSeconds } from '../session/rotation-rule.ts';
import type { SessionRecord, SessionStore } from '../session/session-store.ts';
import { type History, type Step, sessionHistories } from './session-history.ts';
import { purgeAll, sessionPlayer } from './session-player.ts';
import { text } from './session-record.ts';
import { settableClock } from './settable-clock.ts';

/** A store that can be closed and opened again. */
export interface ReopenableStore {
  readonly store: SessionStore;
  /**
   * Closes the store and opens it on the same data, as a restart would. The store before is not
   * used any more.
   */
  reopen(): Promise<SessionStore>;
  close(): Promise<void>;
}

/**
 * Random histories of sign-ins, refreshes, sign-outs, waits, purges and restarts, played step by
 * step against a store and the memory store: every answer, every event and every record must agree.
 * A failure prints the shortest history found and the seed to see it again. Needs `fast-check`.
 *
 * @param runner Vitest's verbs, as for `sessionStoreContract`
 * @param open gives a store that nobody else uses; called once
 * @param removesExpired false for a store that forgets expired sessions by itself, by its own clock
 * @param runs how many histories, unless 20 seconds are over before
 */
export function sessionStoreModel(
  name: string,
  {
    afterAll,
    beforeAll,
    describe,
    it,
  }: Pick<typeof Vitest, 'afterAll' | 'beforeAll' | 'describe' | 'it'>,
  open: () => Promise<ReopenableStore>,
  { removesExpired = true, runs = 100 }: { removesExpired?: boolean; runs?: number } = {},
): void {
  describe(`${name}, whatever happens,`, () => {
    let opened: ReopenableStore;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    it('behaves as the memory store does', { timeout: 90_000 }, async () => {
      const { default: fc } = await import('fast-check');
      const theatre = sessionTheatre(opened, removesExpired);
      await fc.assert(fc.asyncProperty(sessionHistories(fc, removesExpired), theatre), {
        numRuns: runs,
        interruptAfterTimeLimit: 20_000,
      });
    });
  });
}

/**
 * Plays one history after the other on a store and on a memory store of its own.
 *
 * @param watch is shown what the memory store made of each step
 * @throws AssertionError at the first step on which they differ
 */
export function sessionTheatre(
  opened: Pick<ReopenableStore, 'store' | 'reopen'>,
  removesExpired = true,
  watch: (saw: unknown) => void = () => {},
): (history: History) => Promise<void> {
  let store = opened.store;

  return async ({ options, steps }) => {
    /** Each history begins with an empty store, whatever the one before has left. */
    if (removesExpired) await purgeAll(store, Number.MAX_SAFE_INTEGER, 1_000);
    const clock = settableClock();
    const userIds = [text(8), text(8)] as const;
    const yardstick = sessionPlayer(memorySessionStore(), clock, options, userIds);
    const player = sessionPlayer(store, clock, options, userIds);

    for (const [index, step] of steps.entries()) {
      if (step.do === 'wait') clock.advance(step.seconds);
      if (step.do === 'wait until')
        clock.set(
          Math.max(clock.now(), instantOf(step, await yardstick.recordOf(step.session), options)),
        );
      if (step.do === 'restart') {
        if (step.store) store = await opened.reopen();
        await Promise.all([player.restart(store), yardstick.restart()]);
      }
      const expected = await yardstick.play(step);
      watch(expected);
      deepStrictEqual(
        { index, step, saw: await player.play(step) },
        { index, step, saw: expected },
      );
    }
    await Promise.all([player.close(), yardstick.close()]);
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
    'hand-out': deliveredAt + grace,
    settle: deliveredAt + settleSeconds(graceSeconds) * 1000,
    idle: idleExpiresAt,
    absolute: absoluteExpiresAt,
  };
  return instants[instant] + offsetMs;
}
