import { delimiter, join } from 'node:path';
import { environmentIn, unpackPackage } from './debian-packages.ts';
import { type Machine, ProgramError, reasonOf, thisMachine } from './machine.ts';

/** A server program that npm does not ship. */
export interface ServerProgram {
  readonly command: string;
  readonly debianPackage: string;
  /** The folder of the package in which the command is. */
  readonly folder: 'usr/bin' | 'usr/sbin';
  /** What to install by hand, as the end of the sentence "The tests need …". */
  readonly need: string;
}

/** What is needed to start a server program that was found. */
export interface FoundServer {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
}

export const SERVER_PROGRAMS = {
  redis: {
    command: 'redis-server',
    debianPackage: 'redis-server',
    folder: 'usr/bin',
    need: 'redis-server 7 or later on the PATH ("apt-get install redis-server" or "brew install redis")',
  },
  nginx: {
    command: 'nginx',
    debianPackage: 'nginx-light',
    folder: 'usr/sbin',
    need: 'nginx 1.18 or later on the PATH ("apt-get install nginx-light" or "brew install nginx")',
  },
  caddy: {
    command: 'caddy',
    debianPackage: 'caddy',
    folder: 'usr/bin',
    need: 'caddy 2.6 or later on the PATH ("apt-get install caddy" or "brew install caddy")',
  },
  pgbouncer: {
    command: 'pgbouncer',
    debianPackage: 'pgbouncer',
    folder: 'usr/sbin',
    need: 'pgbouncer 1.18 or later on the PATH ("apt-get install pgbouncer" or "brew install pgbouncer")',
  },
} as const satisfies Record<string, ServerProgram>;

const USUAL_FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * Finds the system's own program; else unpacks Debian's into the cache folder, where nothing is
 * installed and no service is started.
 *
 * @throws ProgramError if the program can neither be found nor unpacked
 */
export async function findServer(
  { command, debianPackage, folder, need }: ServerProgram,
  machine: Machine = thisMachine,
): Promise<FoundServer> {
  for (const place of [...(machine.env.PATH ?? '').split(delimiter), ...USUAL_FOLDERS]) {
    const path = join(place, command);
    if (await machine.isExecutable(path)) return { path, env: machine.env };
  }
  const unpacked = join(machine.cache, debianPackage);
  const path = join(unpacked, folder, command);
  if (!(await machine.isExecutable(path)))
    await unpackPackage(machine, debianPackage, unpacked).catch((error: unknown) => {
      const fix = "install it, or check that Debian's packages can be reached";
      throw new ProgramError(
        `The tests need ${need}, and Debian's ${debianPackage} could not be fetched (${reasonOf(error)}): ${fix}.`,
      );
    });
  return { path, env: await environmentIn(unpacked, machine.env) };
}
