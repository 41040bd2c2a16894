import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Machine } from './machine.ts';

const NO_RECOMMENDS = '--no-install-recommends';
const LOCK_SECONDS = 120;
/** Percentage of the work after which progress is shown again. */
const STEP_PERCENT = 10;

/**
 * Installs a package and what it depends on. All packages are downloaded before the first one is
 * installed. Needs root.
 *
 * @throws Error with apt-get's output
 */
export async function installPackage(machine: Machine, name: string): Promise<void> {
  machine.log(`Installing Debian's ${name} with apt-get …`);
  let shown = 0;
  // Parses a status line of apt-get: "dlstatus:3:41.5:Retrieving file 3 of 7" while it downloads,
  // "pmstatus:…" while it installs.
  const onLine = (line: string) => {
    const [, kind, percent = '0'] = /^(dl|pm)status:[^:]*:([\d.]+):/.exec(line) ?? [];
    // Downloading and installing each count to 100.
    const done = Math.floor((Number(percent) + (kind === 'pm' ? 100 : 0)) / 2);
    if (done < shown + STEP_PERCENT) return;
    shown = done - (done % STEP_PERCENT);
    machine.log(`  ${name}: ${shown} %`);
  };
  const parameters = [
    'install',
    '-y',
    '-qq',
    NO_RECOMMENDS,
    '-o',
    'APT::Status-Fd=1',
    '-o',
    `DPkg::Lock::Timeout=${LOCK_SECONDS}`,
    name,
  ];
  const env = { ...machine.env, DEBIAN_FRONTEND: 'noninteractive' };
  await withPackageLists(machine, () => machine.run('apt-get', parameters, { env, onLine }));
}

/**
 * Unpacks a package into a folder, together with the packages that it depends on and this system
 * lacks; nothing is installed. The folder appears only when it is complete, so that two processes
 * may do this at the same time.
 *
 * @throws Error with the output of apt-get or dpkg
 */
export async function unpackPackage(machine: Machine, name: string, target: string): Promise<void> {
  machine.log(`Unpacking Debian's ${name} into ${target} …`);
  await mkdir(machine.cache, { recursive: true });
  const folder = await mkdtemp(join(machine.cache, 'unpacking-'));
  const here = { cwd: folder };
  try {
    const simulated = await withPackageLists(machine, () =>
      machine.run('apt-get', ['install', '-qq', '--simulate', NO_RECOMMENDS, name]),
    );
    const missing = [...simulated.matchAll(/^Inst (\S+)/gm)].map(
      ([, missingName = '']) => missingName,
    );
    await machine.run('apt-get', ['download', ...missing], here);
    const root = join(folder, 'root');
    await mkdir(root);
    for (const file of await readdir(folder))
      if (file.endsWith('.deb')) await machine.run('dpkg', ['-x', file, root], here);
    await moveInto(root, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Renames a complete folder. If another process was first, that process's folder stays. */
export async function moveInto(folder: string, target: string): Promise<void> {
  await rename(folder, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

/**
 * Returns the environment variables for a program of an unpacked package: its own libraries, if it
 * has any, are found before the system's.
 */
export async function environmentIn(
  root: string,
  env: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
  const libraries = join(root, 'usr', 'lib');
  // A package with one static binary, such as caddy's, has no folder of libraries.
  const names = await readdir(libraries).catch(() => []);
  const folders = names
    .filter((name) => name.includes('-linux-'))
    .map((name) => join(libraries, name));
  return folders.length > 0 ? { ...env, LD_LIBRARY_PATH: folders.join(delimiter) } : env;
}

/**
 * Runs work; if it fails, fetches the lists of packages, which may be missing or out of date, as
 * root, and runs the work once more.
 */
async function withPackageLists<Result>(
  machine: Machine,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!machine.isRoot || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      throw error;
    await updateLists(machine);
    return work();
  }
}

/** Updates the lists of packages. Waits for their lock, which apt-get does not do itself. */
async function updateLists(machine: Machine): Promise<void> {
  for (let seconds = 0; ; seconds++) {
    try {
      await machine.run('apt-get', ['update', '-qq']);
      return;
    } catch (error) {
      if (seconds >= LOCK_SECONDS || !(error instanceof Error && /lock/i.test(error.message)))
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}
