import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';
import { everyBitFlipped, refusedAndUntouched } from './refresh-token-target.ts';
import { startTargets } from './targets.ts';
import { edgeVictim } from './victim.ts';

/**
 * Number of inputs for each target, so that every machine tries the same ones; `npm run trials --
 * fuzz` runs for a given time instead.
 */
const RUNS = 300;

describe('fuzzed input', () => {
  let running: Awaited<ReturnType<typeof startTargets>>;
  beforeAll(async () => {
    running = await startTargets();
  });
  afterAll(() => running.close());

  it('fuzzed input crashes nothing, is never accepted, and leaves the victims signed in', {
    timeout: 120_000,
  }, async () => {
    const results = await fuzz(running.targets, running.victims, {
      seconds: 1000,
      runs: RUNS,
      seed: 20,
    });
    expect(results.filter(({ finding }) => finding !== null)).toEqual([]);
    expect(results.map(({ runs }) => runs)).toEqual(Array.from({ length: 9 }, () => RUNS));
  });
});

it('a refresh token with one bit flipped is refused, and the session is unchanged', async () => {
  const victim = await edgeVictim('HS256');
  const flipped = everyBitFlipped(victim);
  // The token has 83 bytes for this user id.
  expect(new Set(flipped).size).toBe(83 * 8);
  for (const token of flipped) await refusedAndUntouched(victim, token);
  expect(await victim.isSignedIn()).toBe(true);
});
