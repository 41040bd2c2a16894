import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServerProcess, startedServer } from '@latchkey/server/testing';
import { withPeakMemory } from '../measuring/peak-memory.ts';
import { percentile } from '../measuring/percentile.ts';
import { type Attack, TRANSPORTS, type Transport } from './attack.ts';

export interface FloodOptions {
  /** Duration of each attack in seconds. */
  readonly seconds: number;
  /** Folder of another checkout, whose server is attacked instead. */
  readonly checkout?: string | undefined;
  readonly transports?: readonly Transport[];
  readonly onResult?: (result: FloodResult) => void;
}

/** Latencies of other clients, which request two pages in turn on separate connections. */
export interface Latency {
  readonly answered: number;
  /** Number of responses other than 200, by status; `0` means no response. */
  readonly failed: Readonly<Record<number, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface FloodResult {
  readonly transport: Transport;
  readonly caller: 'one account' | 'anonymous';
  readonly reads: boolean;
  readonly idle: Latency;
  readonly during: Latency;
  /** Peak of the server's resident memory, less the peak of an equally long idle period. */
  readonly grownBytes: number;
}

const ATTACKER = fileURLToPath(new URL('attacker-main.ts', import.meta.url));
const CONNECTIONS = 10;
const WARM_UP_SECONDS = 4;
const OTHERS = 4;
/** Milliseconds between two requests of one client. */
const PAUSE_MS = 25;

/** Floods a server in each way in turn, and measures other clients before and during each flood. */
export async function runFlood({
  seconds,
  checkout,
  transports = TRANSPORTS,
  onResult,
}: FloodOptions): Promise<FloodResult[]> {
  const results: FloodResult[] = [];
  for (const transport of transports)
    for (const caller of ['one account', 'anonymous'] as const)
      for (const reads of [true, false]) {
        const result = await floodOnce({ transport, caller, reads }, seconds, checkout);
        results.push(result);
        onResult?.(result);
      }
  return results;
}

type Kind = Pick<FloodResult, 'transport' | 'caller' | 'reads'>;

async function floodOnce(
  kind: Kind,
  seconds: number,
  checkout: string | undefined,
): Promise<FloodResult> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-flood-'));
  const variables = {
    DATABASE_URL: `file:${join(folder, 'latchkey.db')}`,
    LOG_LEVEL: 'error',
    MAX_DELAY_SECONDS: '0.5',
    ACCESS_TOKEN_SECONDS: '600',
  };
  const server = await startedServer(
    variables,
    checkout === undefined ? {} : { checkout, cwd: checkout },
  );
  const attacker = fork(ATTACKER, { execArgv: process.execArgv });
  const tell = async (attack: Attack | null) => {
    attacker.send(attack as Attack);
    await once(attacker, 'message');
  };
  try {
    const others = await Promise.all(
      Array.from({ length: OTHERS }, () => signedIn(server, 'admin')),
    );
    // Compiled code and a heap of the usual size are not caused by the flood, so the idle period is
    // as long as the flood.
    await watch(server, others, WARM_UP_SECONDS, 0);
    const idle = await withPeakMemory(server.child, () => watch(server, others, seconds));
    const cookie = kind.caller === 'anonymous' ? '' : (await signedIn(server, 'bob')).cookie;
    await tell({
      origin: server.origin,
      transport: kind.transport,
      cookie,
      reads: kind.reads,
      connections: CONNECTIONS,
      callsPerFrame: 100,
      frameEveryMs: 50,
    });
    const during = await withPeakMemory(server.child, () => watch(server, others, seconds));
    await tell(null);
    const grownBytes = during.peakBytes - idle.peakBytes;
    return { ...kind, idle: idle.result, during: during.result, grownBytes };
  } finally {
    attacker.disconnect();
    await server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Other {
  readonly cookie: string;
}

async function signedIn({ origin }: ServerProcess, username: string): Promise<Other> {
  const response = await fetch(`${origin}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: 'password' }),
  });
  if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
  return {
    cookie: response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  };
}

async function watch(
  { origin }: ServerProcess,
  others: readonly Other[],
  seconds: number,
  pauseMs = PAUSE_MS,
): Promise<Latency> {
  const times: number[] = [];
  const failed: Record<number, number> = {};
  const until = performance.now() + seconds * 1000;
  await Promise.all(
    others.map(async ({ cookie }) => {
      for (let turn = 0; performance.now() < until; turn++) {
        const began = performance.now();
        const path = turn % 2 === 0 ? '/dashboard' : '/trpc/auth.session';
        const status = await fetch(origin + path, { headers: { cookie } }).then(
          async (response) => {
            await response.text();
            return response.status;
          },
          () => 0,
        );
        times.push(performance.now() - began);
        if (status !== 200) failed[status] = (failed[status] ?? 0) + 1;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }),
  );
  return {
    answered: times.length,
    failed,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
  };
}

const MAX_GROWN_BYTES = 100 * 1024 * 1024;
const MAX_SLOWER = 3;
/**
 * Milliseconds below which a ratio of two latencies measures the machine rather than the server.
 */
const LEAST_IDLE_MS = 5;

/** The bounds that a flood must not exceed, as a sentence. */
export const BOUNDS = `Bounds: all answered with 200; p99 at most ${MAX_SLOWER} times its idle value (or ${MAX_SLOWER * LEAST_IDLE_MS} ms, if that is more); at most ${MAX_GROWN_BYTES / 2 ** 20} MiB more memory.`;

/** Returns the bounds that a result exceeds, as phrases. */
export function faultsOfFlood({ idle, during, grownBytes }: FloodResult): string[] {
  const faults: string[] = [];
  const failed = Object.entries(during.failed);
  if (failed.length > 0)
    faults.push(failed.map(([status, times]) => `${times} × ${status}`).join(', '));
  if (during.p99Ms > MAX_SLOWER * Math.max(idle.p99Ms, LEAST_IDLE_MS))
    faults.push(`p99 ${(during.p99Ms / idle.p99Ms).toFixed(1)} times its idle value`);
  if (grownBytes > MAX_GROWN_BYTES)
    faults.push(`${Math.round(grownBytes / 2 ** 20)} MiB more memory`);
  return faults;
}
