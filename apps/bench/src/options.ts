import { parseArgs } from 'node:util';

/** The options that are numbers, each with the measurement that it belongs to. */
const COUNTS = {
  sessions: { of: 'scale', least: 1_000, most: 10_000_000, usual: 10_000_000 },
  rows: { of: 'partitions', least: 10_000, most: 20_000_000, usual: 10_000_000 },
  events: { of: 'lists', least: 50_000, most: 20_000_000, usual: 5_000_000 },
  rounds: { of: 'peers', least: 1, most: 1_000, usual: 75 },
} as const;

/** The names of the measurements. Each except the first has a flag of its name. */
const WHATS = ['ratios', 'revocation', 'feed', 'scale', 'lists', 'partitions', 'peers'] as const;

const USAGE = `Usage: npm run bench -- [FLAG]
  (none)                   each operation compared with the same work without Latchkey, in under two minutes
  --revocation             how soon every node refuses a session that one node revoked, in about four minutes
  --feed                   what the revocation feed costs as users and nodes grow, by simulation and with three processes, in seconds
  --scale [--sessions N]   refreshes, storage, processor time and memory as a store grows, in about thirty minutes; N from ${COUNTS.sessions.least} to ${COUNTS.sessions.most}
  --lists [--events N]     the administration's lists and searches over large tables, in about ten minutes; N from ${COUNTS.events.least} to ${COUNTS.events.most}, with a fifth as many sessions and users
  --partitions [--rows N]  a table of sessions compared with the same table in partitions, in about twenty minutes; N from ${COUNTS.rows.least} to ${COUNTS.rows.most}
  --peers [--rounds N]     Latchkey compared with common alternatives, in about seven minutes; N from ${COUNTS.rounds.least} to ${COUNTS.rounds.most}; writes apps/bench/benchmarks.md`;

export interface BenchOptions {
  readonly what: (typeof WHATS)[number];
  readonly sessions: number;
  readonly rows: number;
  readonly events: number;
  /** Number of rounds of the queries against other libraries. */
  readonly rounds: number;
}

/**
 * Parses the command line of the benchmark.
 *
 * @returns the options, or a sentence that says what is wrong with them
 */
export function parseBenchOptions(
  args: readonly string[],
): BenchOptions | { readonly fault: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        revocation: { type: 'boolean' },
        feed: { type: 'boolean' },
        scale: { type: 'boolean' },
        sessions: { type: 'string' },
        partitions: { type: 'boolean' },
        rows: { type: 'string' },
        lists: { type: 'boolean' },
        events: { type: 'string' },
        peers: { type: 'boolean' },
        rounds: { type: 'string' },
      },
    });
    const [what = 'ratios', ...more] = WHATS.filter((name) => name !== 'ratios' && values[name]);
    if (more.length > 0) return { fault: `Choose one measurement at a time.\n${USAGE}` };
    const counts = { sessions: 0, rows: 0, events: 0, rounds: 0 };
    for (const name of ['sessions', 'rows', 'events', 'rounds'] as const) {
      const { of, least, most, usual } = COUNTS[name];
      if (values[name] !== undefined && what !== of)
        return { fault: `--${name} is an option of --${of}.\n${USAGE}` };
      counts[name] = Number(values[name] ?? usual);
      if (!Number.isInteger(counts[name]) || counts[name] < least || counts[name] > most)
        return {
          fault: `--${name} takes a whole number from ${least} to ${most}, not "${values[name]}".`,
        };
    }
    return { what, ...counts };
  } catch (error) {
    return { fault: `${(error as Error).message}\n${USAGE}` };
  }
}
