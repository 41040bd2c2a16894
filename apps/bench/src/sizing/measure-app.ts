import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSessionLayer, memorySessionStore, systemClock } from '@latchkey/core';
import { latchkey } from '@latchkey/trpc';
import express from 'express';
import { benchRing } from '../bench-ring.ts';
import { benchFirstSight } from '../first-sight-bench.ts';
import { repeat } from '../measure.ts';
import { CONNECTIONS, startQueryServer } from '../query-bench.ts';
import { refreshes, sessionInUse } from '../rotation/refreshes.ts';
import { cpuSecondsOf } from '../scale/cpu-seconds.ts';

const BROWSERS = 500;
const SECONDS = 3;
const PACE = { rounds: 9, seconds: 0.2 };

/** The capacity of a node of the app on this machine. CPU times are seconds of a core. */
export interface AppFigures {
  /**
   * Authenticated tRPC queries (HS256) per second that a server with a dedicated processor core
   * answers.
   */
  readonly requestsPerSecond: number;
  /** Verifications of ES256 access tokens per second: seen for the first time, and cached. */
  readonly firstSightsPerSecond: number;
  readonly knownPerSecond: number;
  /** CPU seconds of a whole refresh without its store. */
  readonly cpuPerRefresh: number;
  /** Bytes of the three cookies, as a request sends them and as a refresh sets them. */
  readonly cookieBytes: number;
  readonly setCookieBytes: number;
}

export async function measureApp(): Promise<AppFigures> {
  const es256 = (await benchFirstSight(PACE)).find(({ subject }) => subject.name.includes('ES256'));
  const store = memorySessionStore();
  const sessions = Array.from({ length: BROWSERS }, (_, n) => sessionInUse(n, 9e15));
  for (const { record } of sessions) await store.create(record);
  const refresh = refreshes(
    store,
    sessions.map(({ held }) => held),
  );
  return {
    requestsPerSecond: await queriesOfACore(),
    firstSightsPerSecond: es256?.subject.perSecond ?? Number.NaN,
    knownPerSecond: es256?.reference.perSecond ?? Number.NaN,
    cpuPerRefresh: await cpuOf(refresh),
    ...(await weighCookies()),
  };
}

async function queriesOfACore(): Promise<number> {
  const server = await startQueryServer();
  try {
    const load = (seconds: number) =>
      repeat(seconds, CONNECTIONS, (turn) => server.query('/HS256/hello', 'HS256', turn));
    await load(2);
    const before = cpuSecondsOf([server.pid]);
    const { perSecond, latencies } = await load(SECONDS);
    const after = cpuSecondsOf([server.pid]);
    // If the system reports no CPU times, this is the rate at which the server answered on a core
    // that it shared with the client.
    return before === null || after === null ? perSecond : latencies.length / (after - before);
  } finally {
    server.stop();
  }
}

async function cpuOf(operation: () => Promise<void>): Promise<number> {
  await repeat(1, 1, operation);
  const before = process.cpuUsage();
  const { latencies } = await repeat(SECONDS, 1, operation);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / latencies.length;
}

/**
 * Measures the cookies as in production: ES256, names that begin with `__Host-`. The request goes
 * over HTTP and has lost its access token.
 */
async function weighCookies(): Promise<Pick<AppFigures, 'cookieBytes' | 'setCookieBytes'>> {
  const user = {
    id: 'f3b9c1d2-6a47-4c0e-9d57-1b2a3c4d5e6f',
    username: 'ada.lovelace',
    role: 'User',
    tokenVersion: 0,
    disabled: false,
  };
  const ring = benchRing(
    Buffer.from('the secret of these tests, number 1').toString('base64url'),
    'ES256',
  );
  const layer = createSessionLayer({
    ring,
    store: memorySessionStore(),
    users: { findUser: async () => user },
    clock: systemClock,
  });
  const { refreshToken, username } = await layer.issue(user, {
    userAgent: 'bench',
    ipAddress: '127.0.0.1',
  });
  const app = express().use(
    latchkey({ layer, cookies: { hostPrefix: true } }),
    (_request, response) => void response.end(),
  );
  const server = createServer(app);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const cookie = `__Host-X-Refresh-Token=${refreshToken}; __Host-X-Username=${username}`;
    const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      headers: { cookie },
    });
    const set = headers.getSetCookie();
    if (set.length !== 3) throw new Error(`a refresh set ${set.length} cookies, not three`);
    const bytes = (lines: readonly string[]) =>
      lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    return {
      cookieBytes: bytes([`Cookie: ${set.map((line) => line.split(';')[0]).join('; ')}\r\n`]),
      setCookieBytes: bytes(set.map((line) => `Set-Cookie: ${line}\r\n`)),
    };
  } finally {
    server.close();
    server.closeAllConnections();
    await layer.close();
  }
}
