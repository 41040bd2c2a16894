import { systemClock } from '@latchkey/core';
import type { Measurement } from '@latchkey/server/testing';
import type { Others, OthersReport } from '../measuring/others.ts';
import { withPeakMemory } from '../measuring/peak-memory.ts';
import { percentile } from '../measuring/percentile.ts';
import type { AbortReport } from './aborts.ts';
import { pause, usernameOf } from './client.ts';
import type { Clients } from './clients.ts';
import { type LoadServer, PASSWORD } from './load-server.ts';
import type { SignInReport } from './sign-ins.ts';
import type { OpenedReport } from './streams.ts';

/** What every scene measures of the server and of the users who have no part in it. */
export interface SceneReport<Result> {
  readonly result: Result;
  readonly idle: OthersReport;
  readonly during: OthersReport;
  readonly before: Measurement;
  readonly after: Measurement;
  /** Peak of the server's resident memory in bytes. */
  readonly peakBytes: number;
}

export interface Stage {
  readonly server: LoadServer;
  readonly clients: Clients;
  readonly others: Others;
  /** Seconds for which the others are watched before each scene. */
  readonly idleSeconds: number;
}

/** The event that the streams wait for. */
export const EVENT = 'session.reauthenticated';
/** Number of handles that a server may have more after a scene, such as idle connections. */
export const MAX_MORE_HANDLES = 100;
const SETTLE_MS = 100;
/** Checks of whether the server has closed what the clients left, 100 ms apart. */
const MAX_CHECKS = 200;
/** Number of users that the administrator disables at the same time. */
const DISABLING = 20;

/** Every client signs in at once. */
export const signIns = (stage: Stage, count: number): Promise<SceneReport<SignInReport>> =>
  scene(stage, () => stage.clients.signIn(count, PASSWORD));

/** Clients cut the connections of their requests, and must still be signed in afterwards. */
export const aborts = (
  stage: Stage,
  { clients, requests, seed }: { clients: number; requests: number; seed: number },
): Promise<SceneReport<AbortReport>> =>
  scene(stage, () => stage.clients.abort(clients, requests, seed));

export interface StreamsReport {
  readonly opened: OpenedReport;
  /** Bytes for each open stream: of the heap after a collection, and of resident memory. */
  readonly heapBytesEach: number;
  readonly rssBytesEach: number;
  /** Streams that saw their event, and seconds from its commit until half, and all, had. */
  readonly seen: { readonly count: number; readonly p50: number; readonly all: number };
  /**
   * Streams of disabled users that were closed, seconds from each response until its stream was,
   * and seconds for all.
   */
  readonly closed: {
    readonly count: number;
    readonly p50: number;
    readonly p99: number;
    readonly all: number;
  };
  /** Number of streams of other users that are still open. */
  readonly left: number;
  readonly faults: readonly string[];
}

/** Clients open streams; each gets an event; then an administrator disables some of the users. */
export const streams = (
  stage: Stage,
  { count, revoked }: { count: number; revoked: number },
): Promise<SceneReport<StreamsReport>> =>
  scene(stage, async () => {
    const { server, clients } = stage;
    const before = await server.measure();
    const opened = await clients.open(count);
    const open = await server.measure();

    const committedAt = await server.writeEvents(EVENT, count);
    const seenAfter = (await clients.seen()).map((at) => (at - committedAt) / 1000);

    const names = Array.from({ length: revoked }, (_, n) => usernameOf(n));
    const began = systemClock.now();
    const { answeredAt, faults } = await disable(server, names);
    const closed = await clients.closed(names);
    const closedAfter = closed.map(
      ({ username, at }) => Math.max(0, at - (answeredAt.get(username) ?? at)) / 1000,
    );
    const unexplained = closed.filter(({ last }) => !/session_revoked|user_disabled/.test(last));
    const left = await clients.count();
    await clients.end();
    return {
      opened,
      heapBytesEach: (open.heapBytes - before.heapBytes) / count,
      rssBytesEach: (open.rssBytes - before.rssBytes) / count,
      seen: {
        count: seenAfter.length,
        p50: percentile(seenAfter, 0.5),
        all: Math.max(0, ...seenAfter),
      },
      closed: {
        count: closed.length,
        p50: percentile(closedAfter, 0.5),
        p99: percentile(closedAfter, 0.99),
        all: (Math.max(began, ...closed.map(({ at }) => at)) - began) / 1000,
      },
      left,
      faults: [
        ...opened.faults,
        ...faults,
        ...unexplained.map(({ username, last }) => `${username}: ${last}`),
      ],
    };
  });

async function disable(server: LoadServer, names: readonly string[]) {
  const admin = server.browser();
  await admin.post('/login', { username: 'admin', password: 'password' });
  const [answeredAt, faults] = [new Map<string, number>(), [] as string[]];
  const waiting = [...names];
  await Promise.all(
    Array.from({ length: DISABLING }, async () => {
      for (let userId = waiting.shift(); userId !== undefined; userId = waiting.shift()) {
        const { status, body } = await admin.post('/trpc/admin.disableUser', {
          userId,
          reason: 'load trial',
        });
        if (status === 200) answeredAt.set(userId, systemClock.now());
        else faults.push(`${userId} is not disabled: ${status} ${body.slice(0, 200)}`);
      }
    }),
  );
  return { answeredAt, faults };
}

async function scene<Result>(
  { server, others, idleSeconds }: Stage,
  play: () => Promise<Result>,
): Promise<SceneReport<Result>> {
  others.report();
  await pause(idleSeconds * 1000);
  const idle = others.report();
  const before = await server.measure();
  const { result, peakBytes } = await withPeakMemory(server.child, play);
  const during = others.report();
  return { result, idle, during, before, after: await settled(server, before), peakBytes };
}

/** Measures the server once it has closed the connections that clients have left. */
async function settled(server: LoadServer, before: Measurement): Promise<Measurement> {
  let after = await server.measure();
  for (let check = 0; check < MAX_CHECKS; check++) {
    if (after.handles <= before.handles + MAX_MORE_HANDLES) break;
    await pause(SETTLE_MS);
    after = await server.measure();
  }
  return after;
}
