import fc from 'fast-check';
import type { Victim } from './victim.ts';

/** Something that outsiders write and the server reads, with what must hold whatever they write. */
export interface FuzzTarget {
  readonly name: string;
  /** A new property each time; a failing one throws. */
  property(): fc.IAsyncProperty<[unknown]>;
}

export interface FuzzResult {
  readonly name: string;
  readonly runs: number;
  readonly perSecond: number;
  /**
   * The smallest input found that breaks the rule, and what happened; `null` when nothing was
   * found.
   */
  readonly finding: string | null;
}

export interface FuzzOptions {
  /** For all targets together. */
  readonly seconds: number;
  /** For each target at most. */
  readonly runs?: number;
  readonly seed: number;
  readonly onResult?: (result: FuzzResult) => void;
}

/**
 * Gives each target an equal share of the time. The same seed finds the same things, given as much
 * time. The victim's session must live through all of it.
 */
export async function fuzz(
  targets: readonly FuzzTarget[],
  victims: readonly Victim[],
  { seconds, runs = Number.MAX_SAFE_INTEGER, seed, onResult }: FuzzOptions,
): Promise<FuzzResult[]> {
  const results: FuzzResult[] = [];
  for (const target of targets) {
    const began = performance.now();
    const details = await fc.check(target.property(), {
      seed,
      numRuns: runs,
      interruptAfterTimeLimit: (seconds / targets.length) * 1000,
      markInterruptAsFailure: false,
    });
    const finding = details.failed ? fc.defaultReportMessage(details) : await afterwards(victims);
    const result = {
      name: target.name,
      runs: details.numRuns,
      perSecond: (details.numRuns / (performance.now() - began)) * 1000,
      finding: finding ?? null,
    };
    results.push(result);
    onResult?.(result);
  }
  return results;
}

async function afterwards(victims: readonly Victim[]): Promise<string | null> {
  const signedIn = await Promise.all(victims.map((victim) => victim.isSignedIn()));
  return signedIn.every(Boolean) ? null : 'The victim is no longer signed in.';
}
