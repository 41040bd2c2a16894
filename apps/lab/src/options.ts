import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { RULES } from './job.ts';
import { NETWORKS, type NetworkName, TABLE } from './simulation/plan.ts';

export interface LabOptions {
  readonly browsers: number;
  readonly minutes: number;
  readonly seed: number;
  readonly threads: number;
  readonly rules: readonly string[];
  readonly networks: readonly NetworkName[];
}

/** An invalid command line of the lab; the message names the fix. */
export class UsageError extends Error {}

const NUMBERS = {
  browsers: { default: 1000, least: 1, most: 1_000_000 },
  minutes: { default: 40, least: 1, most: 24 * 60 },
  seed: { default: 0, least: 0, most: 2 ** 31 },
  threads: { default: Math.min(availableParallelism(), 16), least: 1, most: 256 },
};

/**
 * Parses the command line of the lab.
 *
 * @throws UsageError
 */
export function parseLabOptions(args: readonly string[]): LabOptions {
  const { values } = read(args);
  const number = (name: keyof typeof NUMBERS): number => {
    const { default: usual, least, most } = NUMBERS[name];
    const value = Number(values[name] ?? usual);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new UsageError(
        `--${name} is "${values[name]}". Give a whole number from ${least} to ${most}.`,
      );
    return value;
  };
  return {
    browsers: number('browsers'),
    minutes: number('minutes'),
    seed: number('seed'),
    threads: number('threads'),
    rules: chosen(
      'rule',
      values.rule,
      RULES.map(({ name }) => name),
    ),
    networks: values.network
      ? chosen('network', values.network, Object.keys(NETWORKS) as NetworkName[])
      : TABLE,
  };
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const many = { type: 'string', multiple: true } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        browsers: text,
        minutes: text,
        seed: text,
        threads: text,
        rule: many,
        network: many,
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Returns the names that begin with `wanted`; all names without it. */
function chosen<Name extends string>(
  option: string,
  wanted: readonly string[] | undefined,
  names: readonly Name[],
): readonly Name[] {
  if (!wanted) return names;
  return wanted.map((text) => {
    const found = names.find((name) => name.toLowerCase().startsWith(text.toLowerCase()));
    if (!found)
      throw new UsageError(
        `--${option} is "${text}". Use one of ${names.map((name) => `"${name}"`).join(', ')}, or the beginning of one.`,
      );
    return found;
  });
}
