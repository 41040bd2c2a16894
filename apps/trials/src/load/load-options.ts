import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { LoadOptions } from './load.ts';

export interface LoadArguments extends Omit<LoadOptions, 'store'> {
  readonly stores: readonly LoadOptions['store'][];
}

const USAGE =
  'Usage: npm run trials -- load [--store sqlite|postgres] [--sessions N] [--sign-ins N] [--aborted N] [--streams N] [--revoked N] [--seed N], whole numbers above 0.';
/** Files and connections of a process beside those of the clients. */
const OTHER_FILES = 1_000;

/**
 * Parses the command line of the trial.
 *
 * @param openFiles number of files that a process may have open
 * @returns the options, or a sentence that says what is wrong with them
 */
export function parseLoadOptions(
  args: readonly string[],
  openFiles: number,
): LoadArguments | { readonly fault: string } {
  const number = { type: 'string' } as const;
  let values: Readonly<Record<string, string | undefined>>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        store: number,
        sessions: { ...number, default: '1000000' },
        'sign-ins': { ...number, default: '10000' },
        aborted: { ...number, default: '50000' },
        streams: { ...number, default: '5000' },
        revoked: { ...number, default: '500' },
        seed: { ...number, default: String(1 + Math.floor(Math.random() * 1e6)) },
      },
    }));
  } catch (error) {
    return { fault: `${(error as Error).message}\n${USAGE}` };
  }
  const { store, ...counts } = values;
  if (store !== undefined && store !== 'sqlite' && store !== 'postgres')
    return { fault: `--store is ${store}: use sqlite or postgres.\n${USAGE}` };
  for (const [name, value] of Object.entries(counts))
    if (!/^[1-9]\d*$/.test(value ?? ''))
      return { fault: `--${name} is ${value}: use a whole number above 0.\n${USAGE}` };
  const signIns = Number(counts['sign-ins']);
  const [streams, revoked] = [Number(counts.streams), Number(counts.revoked)];
  if (streams > signIns)
    return {
      fault: `--streams is ${streams}: it must be at most --sign-ins (${signIns}), whose users open the streams.`,
    };
  if (revoked > streams)
    return { fault: `--revoked is ${revoked}: it must be at most --streams (${streams}).` };
  if (signIns + OTHER_FILES > openFiles)
    return {
      fault: `--sign-ins is ${signIns}: each takes a connection, and a process may open ${openFiles} files here. Run "ulimit -n ${signIns + OTHER_FILES}" first, or use --sign-ins ${Math.max(1, openFiles - OTHER_FILES)}.`,
    };
  return {
    stores: store === undefined ? ['sqlite', 'postgres'] : [store],
    sessions: Number(counts.sessions),
    signIns,
    aborted: Number(counts.aborted),
    streams,
    revoked,
    seed: Number(counts.seed),
  };
}

/** Returns how many files this process may have open; infinity where the system does not say. */
export function maxOpenFiles(): number {
  if (!existsSync('/proc/self/limits')) return Number.POSITIVE_INFINITY;
  const limit = /Max open files\s+(\S+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return limit === undefined || limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}
