import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer, freePort, SERVER_PROGRAMS } from '@latchkey/core/testing/internal';

/** An nginx of the test's own. */
export interface TestNginx {
  readonly port: number;
  /** Its files: a PEM a configuration names may be put here before the start. */
  readonly folder: string;
  /** What it complained about. */
  errors(): string;
  /** Reads its configuration anew, as an operator would after a change. */
  reload(httpBlock: (port: number) => string): void;
  stop(): Promise<void>;
}

/**
 * Starts nginx on a free port.
 *
 * @param httpBlock what stands within `http { … }`, `listen 127.0.0.1:<port>` included
 * @throws Error with what nginx says of a configuration it cannot use
 */
export async function startNginx(httpBlock: (port: number, folder: string) => string): Promise<TestNginx> {
  const { path, env } = await findServer(SERVER_PROGRAMS.nginx);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-nginx-'));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  const errorLog = join(folder, 'error.log');
  const write = (block: typeof httpBlock) => writeFileSync(file, configuration(folder, errorLog, block(port, folder)));
  const errors = () => readOrNothing(errorLog);

  write(httpBlock);
  const server: ChildProcess = spawn(path, ['-p', folder, '-c', file, '-e', errorLog], { env, stdio: 'ignore' });
  for (let attempt = 0; !(await accepts(port)); attempt++) {
    if (server.exitCode !== null || attempt > 400) throw new Error(`nginx did not start: ${errors()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    port,
    folder,
    errors,
    reload(block) {
      write(block);
      server.kill('SIGHUP');
    },
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = once(server, 'exit');
        server.kill('SIGTERM');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Everything it writes stays in the folder. As root it would look for a user of its own. */
function configuration(folder: string, errorLog: string, httpBlock: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `  ${what}_temp_path ${join(folder, what)};`);
  return [
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'daemon off;',
    'worker_processes 1;',
    `pid ${join(folder, 'nginx.pid')};`,
    `error_log ${errorLog} warn;`,
    'events { worker_connections 4096; }',
    'http {',
    '  access_log off;',
    ...temporary,
    httpBlock,
    '}',
    '',
  ].join('\n');
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
