import { sessionInUse } from '../rotation/refreshes.ts';
import { createSessions, rotations, throughStore } from '../rotation/rotations.ts';
import type { Backend, OpenBackend } from '../scale/backends.ts';
import { fill } from '../scale/filled-store.ts';
import type { Servers } from '../servers.ts';

const SESSIONS = 20_000;
const ROUNDS = 4;
const SECONDS = 2;
const BATCH = 500;
const BATCHES = 10;

/**
 * The capacity of one kind of store on this machine. CPU times are seconds of a core for one row:
 * of the store's server; for SQLite of this process, driver included.
 */
export interface StoreFigures {
  readonly bytesPerSession: number;
  readonly rotation: Spent;
  readonly acknowledgement: Spent;
}

export interface Spent {
  readonly perSecond: number;
  readonly cpu: number;
}

/**
 * Measures the capacity of one kind of store.
 *
 * @param inFlight rotations at the same time; 1 for SQLite, which is part of this process
 */
export async function measureStore(
  open: OpenBackend,
  servers: Servers,
  number: number,
  inFlight: number,
): Promise<StoreFigures> {
  const backend = await open(servers, number);
  try {
    await fill(backend, SESSIONS);
    const bytesPerSession = (await backend.weigh()) / SESSIONS;
    const rotating = rotations(
      'rotations',
      await createSessions(backend.store),
      inFlight,
      throughStore(backend.store),
    );
    await rotating.round(1);
    const rotation = await spent(
      backend,
      async () => async () => (await rotating.round(SECONDS)).latencies.length,
    );
    const acknowledgement = await spent(backend, (round) => manyProofs(backend, round));
    return { bytesPerSession, rotation, acknowledgement };
  } finally {
    await backend.close();
  }
}

/**
 * Prepares and runs work that returns its amount, a few times, and returns the CPU seconds for one
 * unit.
 */
async function spent(
  backend: Backend,
  prepare: (round: number) => Promise<() => Promise<number>>,
): Promise<Spent> {
  let [done, seconds, cpu] = [0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const work = await prepare(round);
    const [began, cpuBefore] = [performance.now(), await backend.cpuSeconds()];
    done += await work();
    seconds += (performance.now() - began) / 1000;
    const cpuAfter = await backend.cpuSeconds();
    cpu +=
      cpuBefore === null || cpuAfter === null
        ? (performance.now() - began) / 1000
        : cpuAfter - cpuBefore;
  }
  return { perSecond: done / seconds, cpu: cpu / done };
}

/**
 * Adds sessions whose generation is not acknowledged yet.
 *
 * @returns a function that acknowledges them, batch by batch
 */
async function manyProofs({ store, add }: Backend, round: number): Promise<() => Promise<number>> {
  const batches = Array.from({ length: BATCHES }, (_, batch) =>
    Array.from({ length: BATCH }, (_, n) => ({
      ...sessionInUse(((round + 1) * BATCHES + batch) * 100_000 + n, 9e15).record,
      acknowledgedAt: null,
    })),
  );
  for (const batch of batches) await add(batch);
  return async () => {
    for (const batch of batches)
      await store.acknowledge(
        batch.map(({ id, generation }) => ({ sessionId: id, generation, at: Date.now() })),
      );
    return BATCHES * BATCH;
  };
}
