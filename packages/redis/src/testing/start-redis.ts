import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer, freePort, SERVER_PROGRAMS } from '@latchkey/core/testing/internal';

/** A Redis server of the test's own, which it may kill. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** SIGKILL, as a power cut for processes. */
  kill(): Promise<void>;
  /** On the same data and port, after a kill. */
  restart(): Promise<void>;
  /** Stops answering without a word, as behind a broken network; `thaw` ends it. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** What a test may want to be different. */
export interface TestRedisOptions {
  /** More lines for its configuration file, which win over the usual ones. */
  readonly config?: readonly string[];
  /** As a Sentinel, which keeps no data. */
  readonly sentinel?: boolean;
}

/** Starts a server on a free port that keeps every write on disk before it answers. */
export async function startRedis({ config = [], sentinel = false }: TestRedisOptions = {}): Promise<TestRedis> {
  const { path, env } = await findServer(SERVER_PROGRAMS.redis);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-redis-'));
  const port = await freePort();
  const file = join(folder, 'redis.conf');
  const durable = sentinel ? [] : ['save ""', 'appendonly yes', 'appendfsync always'];
  writeFileSync(file, ['bind 127.0.0.1', `port ${port}`, `dir ${folder}`, ...durable, ...config, ''].join('\n'));
  let server: ChildProcess;

  async function start(): Promise<void> {
    server = spawn(path, [file, ...(sentinel ? ['--sentinel'] : [])], { env, stdio: 'ignore' });
    for (let attempt = 0; !(await answers(port)); attempt++) {
      if (server.exitCode !== null || attempt > 400) throw new Error(`Redis did not start (exit code ${server.exitCode})`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    restart: start,
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Any answer will do, a demand for a password too; only not that it is still loading its data. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.on('error', () => settle(false));
    socket.on('end', () => settle(false));
    socket.on('data', (reply) => settle(!reply.toString().startsWith('-LOADING')));
  });
}
