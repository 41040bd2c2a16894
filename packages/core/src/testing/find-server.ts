import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where a server taken from Debian's packages is kept for the next time. */
const CACHE = join(homedir(), '.cache', 'latchkey');

/** A server program that npm does not ship. */
export interface ServerProgram {
  readonly command: string;
  /** The Debian package that has it. */
  readonly debianPackage: string;
  /** Where that package puts it: `usr/bin` or `usr/sbin`. */
  readonly folder: 'usr/bin' | 'usr/sbin';
  /** What people have to install where there is neither, after "The tests need". */
  readonly need: string;
}

/** How to start it. */
export interface FoundServer {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
}

const REDIS: ServerProgram = {
  command: 'redis-server',
  debianPackage: 'redis-server',
  folder: 'usr/bin',
  need: 'redis-server (7 or later) on the PATH: "apt-get install redis-server" or "brew install redis"',
};
const NGINX: ServerProgram = {
  command: 'nginx',
  debianPackage: 'nginx-light',
  folder: 'usr/sbin',
  need: 'nginx (1.18 or later) on the PATH: "apt-get install nginx-light" or "brew install nginx"',
};
const CADDY: ServerProgram = {
  command: 'caddy',
  debianPackage: 'caddy',
  folder: 'usr/bin',
  need: 'caddy (2.6 or later) on the PATH: "apt-get install caddy" or "brew install caddy"',
};
export const SERVER_PROGRAMS = { redis: REDIS, nginx: NGINX, caddy: CADDY } as const;

/**
 * The system's own program, else Debian's, unpacked into a folder of the user's own: nothing is installed and no service is started.
 *
 * @throws Error saying what to install when there is neither
 */
export async function findServer({ command, debianPackage, folder: place, need }: ServerProgram): Promise<FoundServer> {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin']) {
    const path = join(folder, command);
    if (await isExecutable(path)) return { path, env: process.env };
  }
  const kept = join(CACHE, debianPackage);
  const path = join(kept, place, command);
  if (!(await isExecutable(path)))
    await unpack(debianPackage, kept, join(place, command)).catch((error: Error) => {
      throw new Error(`The tests need ${need} (${error.message}).`);
    });
  const libraries = join(kept, 'usr', 'lib');
  const folders = (await readdir(libraries)).filter((name) => name.includes('-linux-')).map((name) => join(libraries, name));
  return { path, env: { ...process.env, LD_LIBRARY_PATH: folders.join(delimiter) } };
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The packages that this system lacks, unpacked aside and put in place at once: another test file may be doing the same. */
async function unpack(debianPackage: string, target: string, program: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'unpacking-'));
  try {
    await run('apt-get', ['download', ...(await missingPackages(debianPackage))], { cwd: folder });
    const archives = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
    for (const archive of archives) await run('dpkg', ['-x', archive, join(folder, 'root')], { cwd: folder });
    await rename(join(folder, 'root'), target).catch(async (error: Error) => {
      if (!(await isExecutable(join(target, program)))) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Root may fetch the lists of packages if there are none; another test file that is doing so holds the lock for a while. */
async function missingPackages(debianPackage: string): Promise<string[]> {
  for (let attempt = process.getuid?.() === 0 ? 30 : 1; ; attempt--) {
    try {
      const { stdout } = await run('apt-get', ['install', '-qq', '--simulate', '--no-install-recommends', debianPackage]);
      return [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
    } catch (error) {
      if (attempt <= 1) throw error;
      await run('apt-get', ['update']).catch(() => new Promise((resolve) => setTimeout(resolve, 1_000)));
    }
  }
}
