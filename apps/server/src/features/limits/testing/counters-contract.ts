import { type SettableClock, settableClock } from '@latchkey/core/testing';
import type * as Vitest from 'vitest';
import type { Counters } from '../counters.ts';

/** The counters of two nodes on one store. */
export interface OpenCounters {
  readonly counters: readonly [Counters, Counters];
  close(): Promise<void>;
}

/**
 * Defines the tests that every implementation of counters must pass. Run it in its own test file.
 *
 * @param runner Vitest's functions: `import * as vitest from 'vitest'`
 * @param purges false for a store that expires counts by itself
 */
export function countersContract(
  name: string,
  {
    afterAll,
    beforeAll,
    describe,
    expect,
    it,
  }: Pick<typeof Vitest, 'afterAll' | 'beforeAll' | 'describe' | 'expect' | 'it'>,
  open: (clock: SettableClock) => Promise<OpenCounters>,
  { purges = true }: { purges?: boolean } = {},
): void {
  describe(`${name} passes the contract of counters`, () => {
    const clock = settableClock();
    let opened: OpenCounters;
    beforeAll(async () => {
      opened = await open(clock);
    }, 120_000);
    afterAll(() => opened.close());
    const [here, there] = [() => opened.counters[0], () => opened.counters[1]];
    const key = () => `test:${crypto.randomUUID()}`;

    it('a counter adds points from both nodes, and expires one window after its first point', async () => {
      const name = key();
      const expiresAt = clock.now() + 60_000;
      expect(await here().add(name, 1, 60_000)).toEqual({ points: 1, expiresAt });
      clock.advance(10);
      expect(await there().add(name, 2, 60_000)).toEqual({ points: 3, expiresAt });
      expect(await here().get(name)).toEqual({ points: 3, expiresAt });
    });

    it('a counter resets exactly at the end of its window', async () => {
      const name = key();
      await here().add(name, 5, 60_000);
      clock.advance(59.999);
      expect(await here().get(name)).toMatchObject({ points: 5 });
      clock.advance(0.001);
      expect(await here().get(name)).toBeNull();
      expect(await there().add(name, 1, 60_000)).toEqual({
        points: 1,
        expiresAt: clock.now() + 60_000,
      });
    });

    it('subtracting neither starts a counter nor makes it negative', async () => {
      const name = key();
      expect(await here().add(name, -1, 60_000)).toMatchObject({ points: 0 });
      expect(await here().get(name)).toBeNull();
      await here().add(name, 2, 60_000);
      expect(await there().add(name, -5, 60_000)).toMatchObject({ points: 0 });
      await here().add(name, 3, 60_000);
      clock.advance(60);
      expect(await here().add(name, -1, 60_000)).toEqual({ points: 0, expiresAt: clock.now() });
      expect(await here().add(name, 1, 60_000)).toMatchObject({ points: 1 });
    });

    it('sets and removes a counter', async () => {
      const name = key();
      await here().add(name, 2, 60_000);
      expect(await here().set(name, 11, 120_000)).toEqual({
        points: 11,
        expiresAt: clock.now() + 120_000,
      });
      expect(await there().add(name, 1, 60_000)).toEqual({
        points: 12,
        expiresAt: clock.now() + 120_000,
      });
      expect(await there().remove(name)).toBe(true);
      expect(await here().get(name)).toBeNull();
      expect(await here().remove(name)).toBe(false);
    });

    it('a counter loses none of 100 points that two nodes add at once', async () => {
      const name = key();
      const counts = await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          (n % 2 === 0 ? here() : there()).add(name, 1, 60_000),
        ),
      );
      expect(counts.map(({ points }) => points).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 100 }, (_, n) => n + 1),
      );
    });

    const itIfPurged = purges ? it : () => {};
    itIfPurged('deletes expired counters in bounded batches', async () => {
      clock.advance(86_400);
      while ((await here().purge(clock.now(), 100)) > 0);
      const [old, live] = [key(), key()];
      for (const name of [old, key(), key()]) await here().add(name, 1, 1_000);
      await here().add(live, 1, 60_000);
      clock.advance(1);
      expect(await here().purge(clock.now(), 2)).toBe(2);
      expect(await there().purge(clock.now(), 2)).toBe(1);
      expect(await here().purge(clock.now(), 2)).toBe(0);
      expect(await here().get(live)).toMatchObject({ points: 1 });
    });
  });
}
