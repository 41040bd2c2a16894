import fc from 'fast-check';
import type { Victim } from './victim.ts';

/** An input that outsiders control, and the property that must hold for each of its values. */
export interface FuzzTarget {
  readonly name: string;
  /** Creates a new property, which throws if it does not hold. */
  property(): fc.IAsyncProperty<[unknown]>;
}

export interface FuzzResult {
  readonly name: string;
  readonly runs: number;
  readonly perSecond: number;
  /**
   * The smallest input found that breaks the property, and its effect; `null` if none was found.
   */
  readonly finding: string | null;
}

export interface FuzzOptions {
  /** Duration of the fuzzing of all targets together, in seconds. */
  readonly seconds: number;
  /** Maximum number of inputs for each target. */
  readonly runs?: number;
  readonly seed: number;
  readonly onResult?: (result: FuzzResult) => void;
}

/**
 * Fuzzes each target for an equal share of the time. The same seed and time find the same inputs.
 * The victims must stay signed in throughout.
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
