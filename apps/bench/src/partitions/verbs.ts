import type { SessionRecord, SessionStore } from '@latchkey/core';
import { type Comparison, type Contestant, compare, type Round } from '../measure.ts';
import { type Filling, member, SESSIONS_EACH, unacknowledged } from './fill-sessions.ts';

/**
 * Number of rounds. Each does a fixed amount of work, so that both tables reach the same state; the
 * first one warms up.
 */
const ROUNDS = 11;
const BATCH = 400;
const PURGE_STEP = 100;
const USERS_A_ROUND = 200;

/** Milliseconds between two steps of `purgeSessions`. */
const PURGE_REST_MS = 5;

/** Estimates the minutes of a purge of the whole table from the time of its steps. */
export const walkMinutes = (rows: number, stepMs: number) =>
  ((rows / PURGE_STEP) * (stepMs + PURGE_REST_MS)) / 60_000;

/**
 * Measures the store's methods except the rotation, on the partitioned table against the plain one.
 * It uses up sessions, so call it once for each pair of tables.
 */
export async function compareVerbs(
  plainUrl: string,
  plain: SessionStore,
  partitioned: SessionStore,
  filling: Filling,
): Promise<Comparison[]> {
  const steps = Math.max(1, Math.min(50, Math.floor(filling.rows / PURGE_STEP / (ROUNDS + 1) / 2)));
  const batches = Math.max(
    1,
    Math.min(10, Math.floor((filling.users * SESSIONS_EACH) / 2 / BATCH / (ROUNDS + 1))),
  );
  const proofs = await unacknowledged(plainUrl, filling, batches * BATCH * (ROUNDS + 1));
  const pair = (
    name: string,
    count: number,
    inFlight: number,
    start: (store: SessionStore) => (turn: number) => Promise<void>,
  ) =>
    compare(
      counted(name, count, inFlight, start(partitioned)),
      counted('plain', count, inFlight, start(plain)),
      { rounds: ROUNDS, seconds: 0 },
    );
  const someone = (turn: number) => member((turn * 7_919) % filling.users);
  return [
    await pair(
      'find a session',
      2_000,
      8,
      (store) => async (turn) =>
        expectSome(await store.find(proofs[(turn * 37) % proofs.length] ?? '')),
    ),
    await pair(
      `acknowledge ${BATCH} sessions`,
      batches,
      1,
      (store) => (turn) => store.acknowledge(batchOf(proofs, turn)),
    ),
    await pair(
      'find sessions of a user',
      USERS_A_ROUND,
      8,
      (store) => async (turn) =>
        expectSome((await store.findByUser(someone(turn), 1, { limit: 50 })).sessions[0]),
    ),
    await pair('revoke sessions of a user', USERS_A_ROUND, 8, (store) => async (turn) => {
      const ended = await store.revokeAllOfUser(member(turn), 'administrator', Date.now());
      if (ended.length !== SESSIONS_EACH)
        throw new Error(`${ended.length} sessions of ${member(turn)} ended, not ${SESSIONS_EACH}`);
    }),
    await pair(`read ${PURGE_STEP} sessions, purge the expired ones`, steps, 1, (store) => {
      let after: string | null = null;
      return async () => {
        after = (await store.purge(filling.expiredBy, PURGE_STEP, after)).next;
      };
    }),
  ];
}

const batchOf = (ids: readonly string[], turn: number) =>
  ids
    .slice(turn * BATCH, (turn + 1) * BATCH)
    .map((sessionId) => ({ sessionId, generation: 7, at: Date.now() }));

function expectSome(session: SessionRecord | null | undefined): void {
  if (!session) throw new Error('a session that should exist was not found');
}

/** Repeats work `count` times in each round, without a time limit. */
function counted(
  name: string,
  count: number,
  inFlight: number,
  operation: (turn: number) => Promise<void>,
): Contestant {
  let turn = 0;
  return {
    name,
    async round(): Promise<Round> {
      const latencies: number[] = [];
      const until = turn + count;
      const began = performance.now();
      const caller = async () => {
        while (turn < until) {
          const sent = performance.now();
          await operation(turn++);
          latencies.push(performance.now() - sent);
        }
      };
      await Promise.all(Array.from({ length: inFlight }, caller));
      return { perSecond: (latencies.length / (performance.now() - began)) * 1000, latencies };
    },
  };
}
