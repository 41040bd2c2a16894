import { emptyTally, type Tally } from './job.ts';
import type { LabOptions } from './options.ts';
import type { Pool } from './pool.ts';
import { GRACE_SECONDS, type NetworkName } from './simulation/plan.ts';
import type { ThiefName } from './simulation/thieves.ts';

const print = (line = '') => console.log(line);
const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/**
 * Prints how many honest browsers each rule refuses.
 *
 * @returns the results of each rule
 */
export async function printHonest(
  pool: Pool,
  { browsers, minutes, seed, rules, networks }: LabOptions,
): Promise<Map<string, Map<string, Tally>>> {
  const seeds = Array.from({ length: browsers }, (_, index) => seed + index);
  const tallies = new Map<string, Map<string, Tally>>();
  print(
    `Honest browsers refused at least once, of ${browsers}, each with ${minutes} minutes of bursts and pauses`,
  );
  print();
  const width = Math.max(...rules.map((rule) => rule.length)) + 2;
  print(' '.repeat(width) + networks.map((network) => network.padStart(15)).join(''));
  for (const rule of rules) {
    const row = new Map<string, Tally>();
    for (const network of networks)
      row.set(network, await pool.run({ rule, network, thief: null, minutes, seeds }));
    tallies.set(rule, row);
    print(
      rule.padEnd(width) +
        networks
          .map((network) => String(row.get(network)?.refused.length ?? '').padStart(15))
          .join(''),
    );
  }
  print();
  return tallies;
}

const THEFTS: readonly (readonly [title: string, thief: ThiefName, network: NetworkName])[] = [
  ['busy', 'busy', 'lossy'],
  ['lazy', 'lazy', 'lossy'],
  ['adaptive', 'adaptive', 'lossy'],
  ['adaptive, victim never pauses', 'adaptive', 'tireless'],
];
const THIEF_WIDTH = Math.max(...THEFTS.map(([title]) => title.length)) + 2;

/**
 * Prints what happens to thieves who copied a browser's cookies once.
 *
 * @returns the results of each rule
 */
export async function printThieves(
  pool: Pool,
  { browsers, minutes, seed, rules }: LabOptions,
): Promise<Tally> {
  const seeds = Array.from({ length: browsers }, (_, index) => seed + index);
  let all = emptyTally();
  print(
    `Thieves who copied the cookies once, ${browsers} of each kind: how many still had the session at the end, and for how long the others kept it`,
  );
  print();
  const width = Math.max(...rules.map((rule) => rule.length)) + 2;
  print(
    `${' '.repeat(width)}${'thief'.padEnd(THIEF_WIDTH)}${'undetected'.padStart(12)}${'suspected'.padStart(12)}${'median'.padStart(10)}${'p99'.padStart(10)}`,
  );
  for (const rule of rules)
    for (const [title, thief, network] of THEFTS) {
      const tally = await pool.run({ rule, network, thief, minutes, seeds });
      const windows = tally.windows.toSorted((a, b) => a - b);
      const seconds = (value: number | undefined) =>
        (value === undefined ? '–' : `${value.toFixed(0)} s`).padStart(10);
      const suspected = tally.undetected === 0 ? '–' : String(tally.suspected);
      print(
        rule.padEnd(width) +
          title.padEnd(THIEF_WIDTH) +
          String(tally.undetected).padStart(12) +
          suspected.padStart(12) +
          seconds(percentile(windows, 0.5)) +
          seconds(percentile(windows, 0.99)),
      );
      all = { ...all, rotations: all.rotations + tally.rotations };
    }
  print();
  print(
    `“suspected”: the undetected thieves whom the server reported (event session.shared). Grace is ${GRACE_SECONDS} s.`,
  );
  print();
  return all;
}
