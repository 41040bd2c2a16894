import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, launch, launchOnFreePort } from './launch.ts';
import { UNPRIVILEGED_USER } from './programs/postgres-binaries.ts';
import { findServer, SERVER_PROGRAMS } from './programs/servers.ts';

/** A PgBouncer for one test file. */
export interface TestPgBouncer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts PgBouncer in transaction mode with default settings: it refuses unknown startup
 * parameters, and the next transaction of a client may run on the other of its two connections.
 *
 * @param url of a PostgreSQL that trusts its user
 * @throws ProgramError or LaunchError if PgBouncer is missing or does not start
 */
export async function startPgBouncer(url: string): Promise<TestPgBouncer> {
  const { path, env } = await findServer(SERVER_PROGRAMS.pgbouncer);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-pgbouncer-'));
  const file = join(folder, 'pgbouncer.ini');
  // PgBouncer refuses to run as root.
  const user = process.getuid?.() === 0 ? ['-u', unprivilegedUser()] : [];
  let port = 0;
  const server = await launchOnFreePort((free) => {
    port = free;
    writeFileSync(file, configuration(new URL(url), free));
    return launch({
      name: 'PgBouncer',
      file: path,
      parameters: [...user, file],
      env,
      folder,
      ready: /process up/,
    });
  });
  return {
    port,
    async stop() {
      await end(server, 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const unprivilegedUser = () =>
  execFileSync('id', ['-nu', String(UNPRIVILEGED_USER)], { encoding: 'utf8' }).trim();

function configuration({ hostname, port, username }: URL, ownPort: number): string {
  return [
    '[databases]',
    `* = host=${hostname} port=${port} user=${username}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${ownPort}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 2',
    '',
  ].join('\n');
}
