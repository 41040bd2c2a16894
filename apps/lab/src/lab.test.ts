import { describe, expect, it } from 'vitest';
import { failingHistory } from './failing-history.ts';
import { type Job, RULES, runJob } from './job.ts';
import { parseLabOptions } from './options.ts';
import { latchkey } from './rules/latchkey.ts';
import { OTHERS } from './rules/others.ts';
import { shrink } from './shrink.ts';
import { eventQueue } from './simulation/event-queue.ts';
import { type Happening, NETWORKS, planBrowser, TABLE } from './simulation/plan.ts';
import { runBrowser } from './simulation/run-browser.ts';

const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed);
const job = (fields: Partial<Job>): Job => ({
  rule: latchkey.name,
  network: 'lossy',
  thief: null,
  minutes: 20,
  seeds: seeds(12),
  ...fields,
});

describe('the laboratory', () => {
  it('the simulation takes events in order of time, then of insertion', () => {
    const queue = eventQueue<string>();
    for (const [at, what] of [3, 1, 2, 1, 5, 0].map((at, index) => [at, `${at}-${index}`] as const))
      queue.put(at, what);
    const taken: (string | undefined)[] = [];
    for (let event = queue.take(); event; event = queue.take()) taken.push(event.what);
    expect(taken).toEqual(['0-5', '1-1', '1-3', '2-2', '3-0', '5-4']);
  });

  it.each(RULES.map(({ name }) => name))(
    'the simulation gives the same results for a seed, and others for another: %s',
    async (rule) => {
      const once = await runJob(job({ rule, network: 'restores', seeds: [1, 2] }));
      expect(await runJob(job({ rule, network: 'restores', seeds: [1, 2] }))).toEqual(once);
      expect(planBrowser(1, NETWORKS.lossy, 5)).not.toEqual(planBrowser(2, NETWORKS.lossy, 5));
    },
  );

  it('shrinking reduces a history to the events that it needs to fail', async () => {
    const needed = [17, 40, 41];
    let asked = 0;
    const fails = async (part: readonly number[]) => {
      asked += 1;
      return needed.every((one) => part.includes(one));
    };
    expect(await shrink(seeds(100), fails)).toEqual(needed);
    expect(asked).toBeLessThan(200);
  });

  it('shrinking reduces the history of a refused browser up to the refusal', async () => {
    const plan = planBrowser(3, NETWORKS.lossy, 40);
    const lines = await failingHistory('one step behind converges', 'restores', 37, 40);
    expect(lines.length).toBeLessThan(plan.length / 10);
    expect(lines.at(-1)?.text).toMatch(/REFUSED \(reuse\)$/);
    expect(lines[0]?.text).toBe('the browser sends r0');
  });
});

describe('an honest browser in the simulation', () => {
  it.each(TABLE)("Latchkey's rules never refuse an honest browser: %s", async (network) => {
    const { refused, rotations } = await runJob(job({ network }));
    expect(refused).toEqual([]);
    expect(rotations).toBeGreaterThan(200);
  });

  it.each(OTHERS.slice(0, 3).map(({ name }) => name))(
    'the rule "%s" refuses an honest browser on a lossy network',
    async (rule) => {
      const { refused, browsers } = await runJob(job({ rule, minutes: 40 }));
      expect(refused.length).toBeGreaterThan(browsers * 0.8);
    },
  );

  it('the rule "one step behind converges" refuses an honest browser if a store is restored', async () => {
    const { refused } = await runJob(
      job({ rule: 'one step behind converges', network: 'restores', minutes: 40 }),
    );
    expect(refused.length).toBeGreaterThan(3);
  });

  it("Latchkey's rules refuse an honest browser whose requests last longer than grace", async () => {
    const beyond = { ...NETWORKS.hostile, request: 60, response: 60 };
    const runs = await Promise.all(
      seeds(12).map((seed) => runBrowser(latchkey.start(), planBrowser(seed, beyond, 40), null)),
    );
    expect(runs.some(({ refused }) => refused?.reason === 'refresh_token_reused')).toBe(true);
  });
});

/** Tests the case that decision 026 describes. */
describe('a store that is restored while an old request is under way', () => {
  const request = (at: number, requestTakes: number, withoutAccess = false) => ({
    kind: 'request' as const,
    at,
    requestTakes,
    handlerTakes: 0,
    responseTakes: 0.1,
    lost: false,
    withoutAccess,
    clockOff: 0,
  });
  const first = request(100, 0.1);
  const straggler = request(100.05, 2);
  const restore = { kind: 'restore' as const, at: 100.5, age: 0.6 };
  const explicitRefresh = request(101, 0.1, true);

  it.each<[string, Happening[]]>([
    ['and an explicit refresh comes in between', [first, straggler, restore, explicitRefresh]],
    [
      'and its answer carries another successor into the jar',
      [
        first,
        straggler,
        restore,
        request(103, 0.1, true),
        request(104, 0.1, true),
        request(170, 0.1),
      ],
    ],
    ['but nothing is refreshed in between', [first, straggler, restore]],
    ['but the straggler was quicker', [first, request(100.05, 0.2), restore, explicitRefresh]],
    ['not at all', [first, straggler, explicitRefresh]],
  ])('a browser stays signed in after a restored store: %s', async (_title, plan) => {
    expect((await runBrowser(latchkey.start(), plan, null)).refused).toBeNull();
  });

  it('a browser that lost a delivery and refreshes too early is signed out (decision 026)', async () => {
    const tooLate = { ...first, handlerTakes: 16 };
    const plan = [
      tooLate,
      request(149.95, 13),
      request(150, 0.1),
      { ...restore, at: 150.5 },
      request(161, 0.1, true),
    ];
    expect((await runBrowser(latchkey.start(), plan, null)).refused?.reason).toBe(
      'refresh_token_reused',
    );
    expect((await runBrowser(latchkey.start(), plan.slice(0, -1), null)).refused).toBeNull();
  });

  it('a thief with a copy from before the restore is still caught', async () => {
    const { windows, undetected } = await runJob(job({ thief: 'busy', network: 'restores' }));
    expect([undetected, windows.length]).toEqual([0, 12]);
  });
});

describe('a thief in the simulation', () => {
  it('a thief without a plan is caught', async () => {
    const { undetected, windows } = await runJob(job({ thief: 'busy', network: 'fast' }));
    expect([undetected, windows.length]).toEqual([0, 12]);
  });

  it('a thief who knows the rules is suspected at once, and caught at a pause', async () => {
    const { undetected, suspected, windows } = await runJob(
      job({ thief: 'adaptive', network: 'fast' }),
    );
    expect(windows.length).toBeGreaterThan(8);
    expect(suspected).toBe(undetected);
  });
});

describe('the command line of the lab', () => {
  it('the command line of the lab accepts the beginning of a name', () => {
    expect(
      parseLabOptions(['--rule', 'latch', '--network', 'slow', '--browsers', '7']),
    ).toMatchObject({
      rules: ['Latchkey'],
      networks: ['slow handlers'],
      browsers: 7,
      minutes: 40,
    });
  });

  it.each([
    [['--browsers', '0'], '--browsers is "0". Give a whole number from 1 to 1000000.'],
    [['--minutes', 'x'], '--minutes is "x". Give a whole number from 1 to 1440.'],
    [['--rule', 'ours'], /^--rule is "ours"\. Use one of "every token works once",/],
    [['--thief'], "Unknown option '--thief'"],
  ])('the command line of the lab says what is wrong with %j', (args, message) => {
    expect(() => parseLabOptions(args)).toThrow(message);
  });
});
