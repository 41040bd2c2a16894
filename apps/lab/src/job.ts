import { latchkey } from './rules/latchkey.ts';
import { OTHERS } from './rules/others.ts';
import { NETWORKS, type NetworkName, planBrowser } from './simulation/plan.ts';
import type { Rule } from './simulation/rule.ts';
import { runBrowser } from './simulation/run-browser.ts';
import { planThief, type ThiefName } from './simulation/thieves.ts';

export const RULES: readonly Rule[] = [...OTHERS, latchkey];

/** A number of simulated browsers, run one after the other, each with its own seed. */
export interface Job {
  readonly rule: string;
  readonly network: NetworkName;
  readonly thief: ThiefName | null;
  readonly minutes: number;
  readonly seeds: readonly number[];
}

/** The results of a job. Times are in seconds. */
export interface Tally {
  browsers: number;
  rotations: number;
  /** Seeds of the browsers that were refused although nothing was stolen. */
  refused: number[];
  /** Number of thefts after which the session was still valid at the end. */
  undetected: number;
  /** Number of undetected thefts that the server reported as suspected. */
  suspected: number;
  /** Seconds from each theft to the thief's last success, where the session was ended. */
  windows: number[];
}

export const emptyTally = (): Tally => ({
  browsers: 0,
  rotations: 0,
  refused: [],
  undetected: 0,
  suspected: 0,
  windows: [],
});

export function addTally(to: Tally, from: Tally): Tally {
  return {
    browsers: to.browsers + from.browsers,
    rotations: to.rotations + from.rotations,
    refused: [...to.refused, ...from.refused],
    undetected: to.undetected + from.undetected,
    suspected: to.suspected + from.suspected,
    windows: [...to.windows, ...from.windows],
  };
}

export function ruleNamed(name: string): Rule {
  const rule = RULES.find((one) => one.name === name);
  if (!rule) throw new Error(`There is no rule "${name}".`);
  return rule;
}

export async function runJob({ rule, network, thief, minutes, seeds }: Job): Promise<Tally> {
  const tally = emptyTally();
  for (const seed of seeds) {
    const { refused, ended, rotations, theft } = await runBrowser(
      ruleNamed(rule).start(),
      planBrowser(seed, NETWORKS[network], minutes),
      thief && planThief(seed, thief, minutes),
    );
    tally.browsers += 1;
    tally.rotations += rotations;
    if (!theft) {
      if (refused) tally.refused.push(seed);
    } else if (ended) tally.windows.push(theft.lastUse ?? 0);
    else {
      tally.undetected += 1;
      if (theft.suspected) tally.suspected += 1;
    }
  }
  return tally;
}
