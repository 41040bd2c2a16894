import { settableClock } from '@latchkey/core/testing';
import * as vitest from 'vitest';
import { expect, it } from 'vitest';
import { countersContract } from './testing/counters-contract.ts';
import { memoryCounters } from './testing/memory-counters.ts';

countersContract('one process', vitest, async (clock) => {
  const counters = memoryCounters(clock);
  return { counters: [counters, counters], close: async () => {} };
});

it('counters in memory delete the least recently added count beyond the maximum', async () => {
  const counters = memoryCounters(settableClock(), 2);
  for (const key of ['a', 'b', 'a', 'c']) await counters.add(key, 1, 1_000);
  expect(
    [await counters.get('a'), await counters.get('b'), await counters.get('c')].map(
      (count) => count?.points,
    ),
  ).toEqual([2, undefined, 1]);
});
