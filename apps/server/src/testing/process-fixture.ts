import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach } from 'vitest';
import { type ServerProcess, spawnServer, startedServer } from './start-process.ts';

type Options = Parameters<typeof startedServer>[1];

/** A folder of its own for each test, and an end for every server process started in it. */
export function processFixture() {
  let folder = '';
  let servers: ServerProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
    servers = [];
  });
  afterEach(async () => {
    for (const server of servers) await server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const database = () => ({ DATABASE_URL: `file:${join(folder, 'latchkey.db')}` });
  return {
    /** A path in the test's folder. */
    path: (...names: string[]) => join(folder, ...names),
    database,
    /** Starts a server that may well refuse to. */
    async spawn(variables: Record<string, string>, options?: Options): Promise<ServerProcess> {
      const server = await spawnServer(variables, options);
      servers.push(server);
      return server;
    },
    /** Starts a server on the test's database and waits until it is ready. */
    async start(variables: Record<string, string> = {}, options?: Options): Promise<ServerProcess> {
      const server = await startedServer({ ...database(), ...variables }, options);
      servers.push(server);
      return server;
    },
  };
}

export const signIn = (browser: Browser, username = 'bob') => browser.post('/login', { username, password: 'password' });
export const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
