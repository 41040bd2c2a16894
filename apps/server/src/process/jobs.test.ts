import { type SettableClock, settableClock } from '@latchkey/core/testing';
import type { SqlDatabase } from '@latchkey/sql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sealAudit } from '../features/audit/seal-audit.ts';
import { type Leases, sqlLeases } from '../features/jobs/leases.ts';
import { purgeSessions } from '../features/sessions/purge-sessions.ts';
import { appTables, openAppDatabase } from '../services/app-database.ts';
import { type Job, startJobs } from './jobs.ts';
import { createLogger } from './log.ts';

let database: SqlDatabase;
let running: ReturnType<typeof startJobs>[];
let lines: string[];
let clock: SettableClock;
/** Number of attempts to take the lease that have been answered. */
let attempts: number;
beforeEach(async () => {
  clock = settableClock();
  attempts = 0;
  database = await openAppDatabase('memory:');
  running = [];
  lines = [];
});
afterEach(async () => {
  await Promise.all(running.map((node) => node.stop()));
  await database.close();
});

/** Interval of the job, in seconds. */
const RHYTHM = 10;
const logger = createLogger('info', false, { write: (line: string) => void lines.push(line) });

/** Starts a node that runs one job. */
function node(run: Job['run']) {
  const { take, release } = sqlLeases(appTables(database));
  const leases: Leases = {
    release,
    async take(...lease) {
      const isTaken = await take(...lease);
      attempts += 1;
      return isTaken;
    },
  };
  const jobs = startJobs([{ name: 'job', everySeconds: RHYTHM, run }], { leases, clock, logger });
  running.push(jobs);
  return jobs;
}

describe('a background job', () => {
  it('a job runs on one node at a time, and never overlaps itself', async () => {
    let [now, most, times] = [0, 0, 0];
    const run = async () => {
      most = Math.max(most, ++now);
      // At first all three nodes try to take the lease; later the two that failed try again.
      await vi.waitFor(() => expect(attempts).toBe(3));
      clock.advance(RHYTHM);
      await vi.waitFor(() => expect(attempts).toBe(5));
      now -= 1;
      times += 1;
    };
    for (let n = 0; n < 3; n++) node(run);
    for (let round = 1; round <= 5; round++) {
      attempts = 0;
      await clock.pass(RHYTHM);
      expect([times, most]).toEqual([round, 1]);
    }
  });

  it('a failed job is logged, releases its lease and runs again', async () => {
    let times = 0;
    const fail = async () => {
      times += 1;
      throw new Error('not today');
    };
    node(fail);
    node(fail);
    for (let round = 0; round < 4; round++) await clock.pass(RHYTHM);
    expect(times).toBeGreaterThan(3);
    expect(lines[0]).toMatch(/"event":"job\.failed","job":"job".*not today/);
  });

  it('a stopping node stops a job between two steps, and waits for it', async () => {
    const steps: boolean[] = [];
    let ended = false;
    const only = node(async (keep) => {
      while (steps.at(-1) !== false) {
        steps.push(await keep());
        await new Promise(setImmediate);
      }
      ended = true;
    });
    clock.advance(RHYTHM);
    await vi.waitFor(() => expect(steps.length).toBeGreaterThan(2));
    await only.stop();
    expect([steps[0], steps.at(-1), ended]).toEqual([true, false, true]);
  });
});

describe('sealing the audit log', () => {
  it('sealing continues while batches are full and the lease is held, and logs each hash', async () => {
    const hashes = ['a', 'b', 'c'];
    const seals = {
      verify: () => Promise.reject(new Error('not asked')),
      seal: async () => {
        const hash = hashes.shift();
        return hash ? { id: 1, events: 1_000, hash } : null;
      },
    };
    let kept = 0;
    await sealAudit(seals, clock, logger, () => ++kept < 2);
    expect(lines.map((line) => (JSON.parse(line) as { hash: string }).hash)).toEqual(['a', 'b']);
  });
});

describe('purging expired data', () => {
  it('purging stops when the lease is lost', async () => {
    let steps = 0;
    const store = { purge: async () => ({ removed: ++steps, next: 'more' }) };
    expect(await purgeSessions({ store }, 0, { goOn: () => steps < 3 })).toBe(6);
  });

  it('purging deletes old revocations in bounded steps', async () => {
    const left = [100, 100, 3];
    const store = { purge: async () => ({ removed: 0, next: null }) };
    const revocations = { purge: async () => left.shift() ?? 0 };
    await purgeSessions({ store, revocations }, 0);
    expect(left).toEqual([]);
  });
});
