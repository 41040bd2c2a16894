import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@latchkey/core';
import { type Browser, createBrowser } from '@latchkey/core/testing';
import { freePort } from '@latchkey/test-services/free-port';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const SKEWED = new URL('./skewed-clock.ts', import.meta.url).href;
const THROWING = fileURLToPath(new URL('./throwing-main.ts', import.meta.url));
const MEASURED = fileURLToPath(new URL('./measured-main.ts', import.meta.url));
const CRASHING = fileURLToPath(new URL('./crashing-main.ts', import.meta.url));

/** A server process with nothing of this process's environment but what is given. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly origin: string;
  readonly output: () => string;
  /** Resolves with the exit code, or the signal. */
  readonly ended: Promise<number | string>;
  browser(): Browser;
  kill(signal: NodeJS.Signals): Promise<number | string>;
}

/** Starts the real server as a process of its own. `crashing` is the same server with a trip wire in its store, `throwing` one in which an error reaches nobody, `measured` one that can be asked how it is; `skewSeconds` sets its machine's clock wrong. */
export async function spawnServer(
  variables: Record<string, string>,
  {
    crashing = false,
    throwing = false,
    measured = false,
    port,
    skewSeconds = 0,
  }: { crashing?: boolean; throwing?: boolean; measured?: boolean; port?: number; skewSeconds?: number } = {},
): Promise<ServerProcess> {
  const chosen = port ?? (await freePort());
  const child = spawn(
    process.execPath,
    [
      '--conditions=@latchkey/source',
      ...(skewSeconds === 0 ? [] : ['--import', SKEWED]),
      ...(measured ? ['--expose-gc'] : []),
      crashing ? CRASHING : throwing ? THROWING : measured ? MEASURED : MAIN,
    ],
    {
      /** The delay: a busy machine is no reason to shed load. */
      env: { PATH: process.env.PATH, MAX_DELAY_SECONDS: '30', PORT: String(chosen), SKEW_SECONDS: String(skewSeconds), ...variables },
      stdio: ['ignore', 'pipe', 'pipe', ...(measured ? (['ipc'] as const) : [])],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | string);
  const origin = `http://localhost:${chosen}`;
  return {
    child,
    port: chosen,
    origin,
    output: () => output,
    ended,
    browser: () => createBrowser({ origin, clock: systemClock }),
    async kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** Starts a server and waits until it answers. */
export async function startedServer(...parameters: Parameters<typeof spawnServer>): Promise<ServerProcess> {
  const server = await spawnServer(...parameters);
  for (;;) {
    if (server.child.exitCode !== null) throw new Error(`the server ended: ${server.output()}`);
    const ready = await fetch(`${server.origin}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return server;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
