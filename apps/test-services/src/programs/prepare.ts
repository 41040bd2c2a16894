import { fullChromium, headlessShell } from './browsers.ts';
import { ProgramError } from './machine.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { findServer, SERVER_PROGRAMS } from './servers.ts';

/** The programs that the command line may name. */
const PROGRAMS: Record<string, () => Promise<unknown>> = {
  postgres: () => postgresBinaries(),
  redis: () => findServer(SERVER_PROGRAMS.redis),
  nginx: () => findServer(SERVER_PROGRAMS.nginx),
  caddy: () => findServer(SERVER_PROGRAMS.caddy),
  pgbouncer: () => findServer(SERVER_PROGRAMS.pgbouncer),
  'headless-shell': () => headlessShell(),
  'full-chromium': () => fullChromium(),
};

/**
 * Finds or downloads the programs named in the arguments before the tests start, so that a test
 * only has to look them up.
 */
try {
  for (const name of process.argv.slice(2)) await PROGRAMS[name]?.();
} catch (error) {
  if (!(error instanceof ProgramError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
