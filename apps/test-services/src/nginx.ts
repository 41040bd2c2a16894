import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, launch, launchOnFreePort } from './launch.ts';
import { findServer, SERVER_PROGRAMS } from './programs/servers.ts';

/** An nginx for one test file: it starts in 50 ms, and each file needs its own configuration. */
export interface TestNginx {
  readonly port: number;
  /** Folder for nginx's files, such as a certificate that its configuration names. */
  readonly folder: string;
  /** Returns nginx's log of warnings and errors. */
  errors(): string;
  /** Makes nginx read a new configuration, as `nginx -s reload` does. */
  reload(httpBlock: (port: number) => string): void;
  stop(): Promise<void>;
}

/**
 * Starts nginx on a free port.
 *
 * @param httpBlock the content of `http { … }`, which listens on `127.0.0.1:<port>`
 * @throws LaunchError with nginx's log, if nginx cannot use its configuration
 */
export async function startNginx(
  httpBlock: (port: number, folder: string) => string,
): Promise<TestNginx> {
  const { path, env } = await findServer(SERVER_PROGRAMS.nginx);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-nginx-'));
  const file = join(folder, 'nginx.conf');
  const errorLog = join(folder, 'error.log');
  let port = 0;
  const write = (block: typeof httpBlock) =>
    writeFileSync(file, configuration(folder, errorLog, block(port, folder)));
  const server = await launchOnFreePort((free) => {
    port = free;
    write(httpBlock);
    return launch({
      name: 'nginx',
      file: path,
      parameters: ['-p', folder, '-c', file, '-e', errorLog],
      env,
      folder,
      ready: /start worker processes/,
    });
  });
  return {
    port,
    folder,
    errors: () => readOrNothing(errorLog),
    reload(block) {
      write(block);
      server.kill('SIGHUP');
    },
    async stop() {
      await end(server, 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Returns the configuration of nginx. All files that nginx writes are in the folder. `user` is set,
 * because as root nginx would look for its own user.
 */
function configuration(folder: string, errorLog: string, httpBlock: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `  ${what}_temp_path ${join(folder, what)};`,
  );
  return [
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'daemon off;',
    'worker_processes 1;',
    `pid ${join(folder, 'nginx.pid')};`,
    `error_log ${errorLog} warn;`,
    'error_log stderr notice;',
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
