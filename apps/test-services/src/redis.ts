import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, launch, launchOnFreePort } from './launch.ts';
import { findServer, SERVER_PROGRAMS } from './programs/servers.ts';

/** A Redis server for one test file, which may kill it. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Sends SIGKILL to the server. */
  kill(): Promise<void>;
  /** Starts the server again on the same data and port, after a kill. */
  restart(): Promise<void>;
  /** Stops answering and keeps the connections open, as behind a broken network; `thaw` ends it. */
  freeze(): void;
  thaw(): void;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

export interface TestRedisOptions {
  /** Additional lines for the server's configuration file, which override the usual ones. */
  readonly config?: readonly string[];
  /** Whether to start a Sentinel, which keeps no data. */
  readonly sentinel?: boolean;
}

/**
 * Starts a Redis server on a free port that writes every change to disk before it answers.
 *
 * @throws ProgramError if there is no redis-server and none can be downloaded
 */
export async function startRedis({
  config = [],
  sentinel = false,
}: TestRedisOptions = {}): Promise<TestRedis> {
  const { path, env } = await findServer(SERVER_PROGRAMS.redis);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-redis-'));
  const file = join(folder, 'redis.conf');
  const durable = sentinel ? [] : ['save ""', 'appendonly yes', 'appendfsync always'];
  const start = () =>
    launch({
      name: 'Redis',
      file: path,
      parameters: [file, ...(sentinel ? ['--sentinel'] : [])],
      env,
      folder,
      ready: sentinel ? /Sentinel ID is/ : /Ready to accept connections/,
    });

  let port = 0;
  let server: ChildProcess = await launchOnFreePort((free) => {
    port = free;
    writeFileSync(
      file,
      ['bind 127.0.0.1', `port ${port}`, `dir ${folder}`, ...durable, ...config, ''].join('\n'),
    );
    return start();
  });
  const kill = () => end(server, 'SIGKILL');
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    async restart() {
      server = await start();
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
