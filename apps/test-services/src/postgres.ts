import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { end, LaunchError, launch, launchOnFreePort } from './launch.ts';
import { moveInto } from './programs/debian-packages.ts';
import { type PostgresBinaries, postgresBinaries } from './programs/postgres-binaries.ts';

const run = promisify(execFile);

/**
 * Matches the error of a PostgreSQL whose data is still in use: the processes of a killed server
 * use it for a moment longer.
 */
const STILL_HELD = /pre-existing shared memory block|lock file "postmaster.pid" already exists/;

/** A PostgreSQL server for one test file, which may kill it. */
export interface TestPostgres {
  readonly url: string;
  /** Sends SIGKILL to the server and to the processes that serve its connections. */
  kill(): Promise<void>;
  /** Starts the server again on the same data and port, after a kill. */
  restart(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** Further PostgreSQL settings, which override the defaults, such as `fsync: 'off'`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts a PostgreSQL server with durable settings on a free port.
 *
 * @throws ProgramError if there is no PostgreSQL for this machine
 */
export async function startPostgres({
  settings = {},
}: TestPostgresOptions = {}): Promise<TestPostgres> {
  const binaries = await postgresBinaries();
  const { postgres, owner } = binaries;
  const template = await templateOf(binaries);
  const folder = await mkdtemp(
    join(owner.uid === undefined ? tmpdir() : '/tmp', 'latchkey-postgres-'),
  );
  const data = join(folder, 'data');
  // Copies the template with its owner and modes, on which PostgreSQL insists.
  await run('cp', ['-a', template, data]);
  await giveTo(owner, folder);
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    max_connections: '60',
    log_min_messages: 'log',
    ...settings,
  };
  const parameters = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const start = (port: number) =>
    launch({
      name: 'PostgreSQL',
      file: postgres,
      parameters: ['-D', data, '-p', String(port), ...parameters],
      folder,
      owner,
      ready: /ready to accept connections/,
    });

  let port = 0;
  let server: ChildProcess = await launchOnFreePort((free) => {
    port = free;
    return start(free);
  });
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async kill() {
      const children = childrenOf(server.pid);
      await end(server, 'SIGKILL');
      // Without this the processes of the connections would finish their work before they notice
      // the end.
      for (const pid of children) killQuietly(pid);
    },
    async restart() {
      for (;;) {
        try {
          server = await start(port);
          return;
        } catch (error) {
          if (!(error instanceof LaunchError && STILL_HELD.test(error.log))) throw error;
        }
      }
    },
    async stop() {
      await end(server, 'SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Returns an empty data directory, made once for each version and machine: a copy is faster than
 * `initdb`.
 */
async function templateOf({ initdb, cache, owner }: PostgresBinaries): Promise<string> {
  const template = join(cache, 'data');
  if (existsSync(template)) return template;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'data-'));
  try {
    await giveTo(owner, folder);
    await run(
      initdb,
      ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
      owner,
    );
    await moveInto(folder, template);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return template;
}

async function giveTo({ uid, gid }: PostgresBinaries['owner'], folder: string): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
}

/**
 * Returns the processes that serve a server's connections; empty on systems without `/proc`, where
 * they end by themselves a moment later.
 */
function childrenOf(pid: number | undefined): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has already ended.
  }
}
