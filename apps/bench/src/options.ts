import { parseArgs } from 'node:util';

const MIN_SESSIONS = 1_000;
const MAX_SESSIONS = 1_000_000;

/** Each measurement but the first has a flag of its name. */
const WHATS = ['ratios', 'revocation', 'scale', 'peers'] as const;

const DEFAULT_ROUNDS = 75;
const MAX_ROUNDS = 1_000;

const USAGE = `Usage: npm run bench -- [FLAG]
  (none)                   ratios against the bare thing, in under two minutes
  --revocation             how soon every node knows what one has ended, in about four minutes
  --scale [--sessions N]   large stores, in about twenty minutes; N from ${MIN_SESSIONS} to ${MAX_SESSIONS}
  --peers [--rounds N]     against what people would pick instead, in about seven minutes; N from 1 to ${MAX_ROUNDS}; writes docs/benchmarks.md`;

export interface BenchOptions {
  readonly what: (typeof WHATS)[number];
  readonly sessions: number;
  /** Of the queries against peers. */
  readonly rounds: number;
}

/** @returns the options, or what is wrong with them */
export function parseBenchOptions(args: readonly string[]): BenchOptions | { readonly fault: string } {
  try {
    const [flag, value] = [{ type: 'boolean' }, { type: 'string' }] as const;
    const { values } = parseArgs({ args: [...args], options: { scale: flag, revocation: flag, peers: flag, sessions: value, rounds: value } });
    const [what = 'ratios', ...more] = WHATS.filter((name) => name !== 'ratios' && values[name]);
    if (more.length > 0) return { fault: `One measurement at a time.\n${USAGE}` };
    if (values.sessions !== undefined && what !== 'scale') return { fault: `--sessions belongs to --scale.\n${USAGE}` };
    if (values.rounds !== undefined && what !== 'peers') return { fault: `--rounds belongs to --peers.\n${USAGE}` };
    const sessions = Number(values.sessions ?? MAX_SESSIONS);
    if (!Number.isInteger(sessions) || sessions < MIN_SESSIONS || sessions > MAX_SESSIONS) {
      return { fault: `--sessions takes a whole number from ${MIN_SESSIONS} to ${MAX_SESSIONS}, not "${values.sessions}".` };
    }
    const rounds = Number(values.rounds ?? DEFAULT_ROUNDS);
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > MAX_ROUNDS) {
      return { fault: `--rounds takes a whole number from 1 to ${MAX_ROUNDS}, not "${values.rounds}".` };
    }
    return { what, sessions, rounds };
  } catch (error) {
    return { fault: `${(error as Error).message}\n${USAGE}` };
  }
}
