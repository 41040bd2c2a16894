import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, systemClock } from '@latchkey/core';
import { type Browser, createBrowser } from '@latchkey/core/testing';
import { freePort } from '@latchkey/test-services/free-port';
import { clockChannel } from './clock-channel.ts';
import { COMPILE_CACHE } from './compile-cache.ts';
import type { StoreFault } from './store-faults.ts';

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const MAINS = {
  real: fileOf('../main.ts'),
  clocked: fileOf('./clocked-main.ts'),
  measured: fileOf('./measured-main.ts'),
};
const ROOT = fileOf('../../../../');
const SKEWED = new URL('./skewed-clock.ts', import.meta.url).href;

/** A server process that has only the given environment variables. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly origin: string;
  readonly output: () => string;
  /** Resolves with the exit code, or with the signal that ended the process. */
  readonly ended: Promise<number | string>;
  /**
   * Resolves when the server serves requests.
   *
   * @throws Error with the server's output if it ends instead
   */
  ready(): Promise<void>;
  browser(): Browser;
  kill(signal: NodeJS.Signals): Promise<number | string>;
  /**
   * Advances the clock of a server that was started with `clocked`; resolves once the work that is
   * due then is done.
   *
   * @throws Error if the clock is not adjustable or the server has ended
   */
  advance(seconds: number): Promise<void>;
}

export interface ProcessOptions {
  /**
   * Makes the server's clock adjustable (`advance`); otherwise the server is exactly what users
   * run.
   */
  readonly clocked?: boolean;
  /** A fault to inject into the session store; implies `clocked`. */
  readonly fault?: StoreFault;
  /** Starts the entry point that reports its heap and its open timers (`measured-main.ts`). */
  readonly measured?: boolean;
  /** Arguments of the command line. */
  readonly parameters?: readonly string[];
  readonly cwd?: string;
  /** Folder of another checkout of this project, whose server is started instead. */
  readonly checkout?: string;
  readonly port?: number;
  /** Seconds by which the clock of the server's machine is shifted. */
  readonly skewSeconds?: number;
  /**
   * The clock of the server's browsers. A server with an adjustable clock starts as far ahead of
   * the machine's clock as this one.
   */
  readonly clock?: Clock;
}

/** Starts the real server as a child process, without waiting, because it may refuse to start. */
export async function spawnServer(
  variables: Record<string, string>,
  {
    clocked = false,
    fault,
    measured = false,
    parameters = [],
    cwd,
    checkout,
    port,
    skewSeconds = 0,
    clock = systemClock,
  }: ProcessOptions = {},
): Promise<ServerProcess> {
  const chosen = port ?? (await freePort());
  const isClocked = clocked || fault !== undefined;
  const own = isClocked ? MAINS.clocked : measured ? MAINS.measured : MAINS.real;
  const main = checkout === undefined ? own : join(resolve(checkout), relative(ROOT, own));
  const skewed = skewSeconds === 0 ? [] : ['--import', SKEWED];
  const child = spawn(
    process.execPath,
    [
      '--conditions=@latchkey/source',
      ...skewed,
      ...(measured ? ['--expose-gc'] : []),
      main,
      ...parameters,
    ],
    {
      env: {
        PATH: process.env.PATH,
        ...COMPILE_CACHE,
        /** A high limit, because the server must not shed load on a busy test machine. */
        MAX_DELAY_SECONDS: '30',
        PORT: String(chosen),
        SKEW_SECONDS: String(skewSeconds),
        ...(isClocked && { CLOCK_AHEAD_SECONDS: String((clock.now() - systemClock.now()) / 1000) }),
        ...(fault !== undefined && { STORE_FAULT: fault }),
        ...variables,
      },
      ...(cwd !== undefined && { cwd }),
      stdio: ['ignore', 'pipe', 'pipe', ...(isClocked || measured ? (['ipc'] as const) : [])],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | string);
  const channel = isClocked ? clockChannel(child) : null;
  const origin = `http://localhost:${chosen}`;
  const overFault = async () =>
    Promise.reject(new Error(`the server ended (${await ended}): ${output}`));
  return {
    child,
    port: chosen,
    origin,
    output: () => output,
    ended,
    async ready() {
      if (channel) return Promise.race([channel.listening, overFault()]);
      while (!(await isReady(origin))) {
        if (child.exitCode !== null || child.signalCode !== null) return overFault();
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    browser: () => createBrowser({ origin, clock }),
    async kill(signal) {
      child.kill(signal);
      return ended;
    },
    async advance(seconds) {
      if (!channel)
        throw new Error(
          'the clock of this server is not adjustable: start the server with { clocked: true }',
        );
      await Promise.race([channel.advance(seconds), overFault()]);
    },
  };
}

/** Starts a server process and waits until it serves requests. */
export async function startedServer(
  ...parameters: Parameters<typeof spawnServer>
): Promise<ServerProcess> {
  const server = await spawnServer(...parameters);
  await server.ready();
  return server;
}

function isReady(origin: string): Promise<boolean> {
  return fetch(`${origin}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}
