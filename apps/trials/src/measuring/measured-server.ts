import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@latchkey/core';
import { type Browser, createBrowser } from '@latchkey/core/testing';
import type { Measurement } from '@latchkey/server/testing';
import { startedServer } from '@latchkey/server/testing';

/** A server process with its own database that reports its memory and handles. */
export interface MeasuredServer {
  readonly origin: string;
  readonly child: ChildProcess;
  measure(): Promise<Measurement>;
  /** Returns the errors in the server's log. */
  faults(): readonly string[];
  /** Creates a browser with its own client address. */
  browser(): Browser;
  /**
   * Stops the server.
   *
   * @returns its exit code
   */
  stop(): Promise<number | string>;
}

/** Starts the server as if behind a proxy, so that requests can have many client addresses. */
export async function startMeasuredServer(
  variables: Readonly<Record<string, string>> = {},
): Promise<MeasuredServer> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-trial-'));
  const server = await startedServer(
    {
      DATABASE_URL: `file:${join(folder, 'latchkey.db')}`,
      LOG_LEVEL: 'error',
      TRUST_PROXY: '1',
      MAX_CONNECTIONS: '20000',
      ACCESS_TOKEN_SECONDS: '4',
      /** A high limit, because all browsers of the load share two accounts. */
      SIGN_IN_ATTEMPTS: '1000000',
      ...variables,
    },
    { measured: true },
  );
  const { child, origin } = server;
  let addresses = 0;
  return {
    origin,
    child,
    async measure() {
      const reply = once(child, 'message');
      child.send('measure');
      return (await reply)[0] as Measurement;
    },
    faults: () =>
      server
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{')),
    browser() {
      const address = addressOf(addresses++);
      return createBrowser({
        origin,
        clock: systemClock,
        fetch: (input, init) =>
          fetch(input, {
            ...init,
            headers: {
              ...Object.fromEntries(new Headers(init?.headers)),
              'x-forwarded-for': address,
            },
          }),
      });
    },
    async stop() {
      const code = await server.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}

/** Returns an IP address of a private network for each number up to 16 million. */
export function addressOf(number: number): string {
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}
