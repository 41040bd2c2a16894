import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '@latchkey/core';
import { type Browser, runningClock, type SettableClock } from '@latchkey/core/testing';
import { afterEach, beforeEach, vi } from 'vitest';
import { type ProcessOptions, type ServerProcess, spawnServer } from './start-process.ts';

/**
 * Timeouts of tests that start processes: a server takes 1.5 s to start on an idle processor, ten
 * times as long on a busy one, and a test starts several.
 */
const LIMITS = { testTimeout: 300_000, hookTimeout: 300_000 };

type Options = Omit<ProcessOptions, 'clock'>;

/**
 * Gives each test its own folder and clock, and stops every server process that it started.
 */
export function processFixture() {
  vi.setConfig(LIMITS);
  let folder = '';
  let servers: ServerProcess[] = [];
  let clocked: ServerProcess[] = [];
  let clock: SettableClock;
  beforeEach(() => {
    clock = runningClock(systemClock);
    clocked = [];
    folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
    servers = [];
  });
  afterEach(async () => {
    for (const server of servers) await server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const database = () => ({ DATABASE_URL: `file:${join(folder, 'latchkey.db')}` });
  /** Starts a server process without waiting, because it may refuse to start. */
  async function spawn(
    variables: Record<string, string>,
    options: Options = {},
  ): Promise<ServerProcess> {
    const server = await spawnServer(variables, { ...options, clock });
    servers.push(server);
    if (options.clocked || options.fault) clocked.push(server);
    void server.ended.then(() => {
      clocked = clocked.filter((each) => each !== server);
    });
    return server;
  }

  return {
    /** Returns a path in the test's folder. */
    path: (...names: string[]) => join(folder, ...names),
    database,
    /** Returns the test's clock: the machine's time plus what `advance` added. */
    clock: (): Clock => clock,
    spawn,
    /** Starts a server on the test's database and waits until it serves. */
    async start(
      variables: Record<string, string> = {},
      options: Options = {},
    ): Promise<ServerProcess> {
      const server = await spawn({ ...database(), ...variables }, options);
      await server.ready();
      return server;
    },
    /**
     * Advances the clocks of all browsers and running clocked servers; resolves once their due work
     * is done.
     */
    async advance(seconds: number): Promise<void> {
      clock.advance(seconds);
      await Promise.all(clocked.map((server) => server.advance(seconds)));
    },
  };
}

export const signIn = (browser: Browser, username = 'bob') =>
  browser.post('/login', { username, password: 'password' });
export const wait = (seconds: number) =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));
