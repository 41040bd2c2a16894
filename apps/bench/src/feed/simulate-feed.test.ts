import { expect, it } from 'vitest';
import { simulateFeed } from './simulate-feed.ts';

const NODES = [1, 4, 16, 64];
const SECONDS = 4;

it.each([1, 10])(
  'each node reads and is woken at a bounded rate, however many nodes publish %i revocations a second',
  async (perNode) => {
    for (const nodes of NODES) {
      const cost = await simulateFeed({ nodes, perNode, seconds: SECONDS });
      expect(cost.reads / nodes).toBeLessThanOrEqual(10);
      expect(cost.wakeUpsReceived / nodes).toBeLessThanOrEqual(25);
      expect(cost.longestMs).toBeLessThan(120);
    }
  },
);

it('every node receives every notice, once', async () => {
  const { notices } = await simulateFeed({ nodes: 16, perNode: 5, seconds: SECONDS });
  expect(notices * SECONDS).toBeGreaterThan(0.95 * 16 * 16 * 5 * SECONDS);
  expect(notices * SECONDS).toBeLessThanOrEqual(16 * 16 * 5 * SECONDS);
});

it('a lone revocation wakes each node once, which then reads at once and once more', async () => {
  const quiet = await simulateFeed({ nodes: 4, perNode: 0, seconds: 10 });
  const one = await simulateFeed({ nodes: 4, perNode: 0.025, seconds: 10 });
  expect([quiet.wakeUpsReceived, one.wakeUpsReceived * 10]).toEqual([0, 4]);
  expect(Math.round((one.reads - quiet.reads) * 10)).toBeLessThanOrEqual(8);
});
