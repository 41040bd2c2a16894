import { steadyClock, systemClock } from '@latchkey/core';
import { type SettableClock, settableClock } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClockCorrected,
  followStoreClock,
  type StoreClock,
  type StoreClockOptions,
} from './store-clock.ts';

/**
 * The clocks of store, machine and wall, and how long a request to the store and its reply take.
 */
let store: SettableClock;
let local: SettableClock;
let wall: SettableClock;
let trips: { requestSeconds: number; replySeconds: number }[];
let isOut: boolean;
let asked: number;
let corrections: ClockCorrected[];
let clock: StoreClock | undefined;

beforeEach(() => {
  [store, local, wall] = [settableClock(), settableClock(), settableClock()];
  [trips, isOut, asked, corrections, clock] = [[], false, 0, [], undefined];
});
afterEach(() => clock?.close());

/** Advances every clock. */
function pass(seconds: number): void {
  for (const each of [store, wall, local]) each.advance(seconds);
}

/** Suspends the machine: only the store's clock and the wall clock advance. */
function suspend(seconds: number): void {
  for (const each of [store, wall]) each.advance(seconds);
}

async function follow(options: Partial<StoreClockOptions> = {}): Promise<StoreClock> {
  clock = await followStoreClock({
    async readStoreTime() {
      asked += 1;
      const { requestSeconds, replySeconds } = trips.shift() ?? {
        requestSeconds: 0,
        replySeconds: 0,
      };
      pass(requestSeconds);
      const now = store.now();
      pass(replySeconds);
      if (isOut) throw new Error('out');
      return now;
    },
    local,
    wall,
    intervalSeconds: 3_600,
    retrySeconds: 3_600,
    onCorrection: (event) => corrections.push(event),
    ...options,
  });
  return clock;
}

const ahead = () => (clock?.now() ?? Number.NaN) - store.now();

describe('a store clock', () => {
  it.each([300, 2, -300])(
    "returns the store's time on a node that is %d s slow, and reports it once",
    async (seconds) => {
      store.advance(seconds);
      const clock = await follow();
      expect(ahead()).toBe(0);
      pass(50);
      expect(ahead()).toBe(0);
      await clock.measure();
      expect(corrections).toEqual([{ kind: 'clock.corrected', bySeconds: seconds }]);
    },
  );

  it('subtracts half the round trip from a measurement', async () => {
    store.advance(300);
    trips = Array.from({ length: 3 }, () => ({ requestSeconds: 0.2, replySeconds: 0.2 }));
    await follow();
    expect(ahead()).toBe(0);
  });

  it('uses the sample with the shortest round trip', async () => {
    trips = [
      { requestSeconds: 4, replySeconds: 0 },
      { requestSeconds: 0.002, replySeconds: 0.002 },
      { requestSeconds: 0, replySeconds: 4 },
    ];
    store.advance(300);
    await follow();
    expect(ahead()).toBe(0);
  });

  it.each<[number, number, number]>([
    [1_000, 1_000, 0],
    [1_001, 1_001, 1],
    [-1_001, -1_001, 1],
  ])(
    'given a drift of %d ms, corrects the clock by %d and reports %d corrections (beyond a second)',
    async (drift, madeUp, told) => {
      const clock = await follow();
      store.set(store.now() + drift);
      await clock.measure();
      expect(clock.now() - local.now()).toBe(madeUp);
      expect(corrections).toHaveLength(told);
    },
  );

  it.each<[number, number]>([
    [101, 0],
    [102, 102],
    [-101, 0],
  ])(
    'keeps a correction while a measurement accurate to 101 ms allows it: %d ms off, moved by %d',
    async (drift, moved) => {
      const clock = await follow();
      store.set(store.now() + drift);
      trips = Array.from({ length: 3 }, () => ({ requestSeconds: 0.1, replySeconds: 0.1 }));
      await clock.measure();
      expect(clock.now() - local.now()).toBe(moved);
    },
  );

  it('sends one request for several concurrent calls of measure', async () => {
    const clock = await follow();
    await Promise.all([clock.measure(), clock.measure(), clock.measure()]);
    expect(asked).toBe(6);
  });

  it('a store clock returns whole milliseconds', async () => {
    trips = Array.from({ length: 3 }, () => ({ requestSeconds: 0.004, replySeconds: 0.003 }));
    store.advance(10);
    expect((await follow()).now() % 1).toBe(0);
    expect([
      steadyClock.now() % 1,
      Math.abs(steadyClock.now() - systemClock.now()) < 3_600_000,
    ]).toEqual([0, true]);
  });
});

describe('a correction backwards', () => {
  it("makes the clock stand still, up to a second, until the store's has caught up", async () => {
    const clock = await follow();
    const before = clock.now();
    store.advance(-1);
    await clock.measure();
    expect(clock.now()).toBe(before);
    pass(0.9);
    expect(clock.now()).toBe(before);
    pass(0.2);
    expect([clock.now(), ahead()]).toEqual([before + 100, 0]);
  });

  it('sets the clock back at once if it is more than a second ahead', async () => {
    const clock = await follow();
    clock.now();
    store.advance(-1.001);
    await clock.measure();
    expect(ahead()).toBe(0);
    pass(0.001);
    expect(ahead()).toBe(0);
  });
});

describe("a step of the machine's clock", () => {
  it.each([300, -300])(
    "keeps the clock when the machine's clock is set by %d s, and measures once",
    async (seconds) => {
      await follow();
      const asking = asked;
      wall.advance(seconds);
      expect(ahead()).toBe(0);
      await expect.poll(() => asked - asking).toBe(3);
      expect([ahead(), corrections]).toEqual([0, []]);
      await new Promise(setImmediate);
      expect(asked - asking).toBe(3);
    },
  );

  it('corrects the clock soon after a suspension, which stops the steady clock', async () => {
    const clock = await follow();
    suspend(400);
    clock.now();
    await expect.poll(ahead).toBe(0);
    expect(corrections).toEqual([{ kind: 'clock.corrected', bySeconds: 400 }]);
  });

  it("makes no request when the machine's clock is set by up to a second", async () => {
    const clock = await follow();
    const asking = asked;
    wall.advance(1);
    clock.now();
    await new Promise(setImmediate);
    expect(asked).toBe(asking);
  });
});

describe('while the store is out', () => {
  it('keeps the last correction while the store is out, and measures again by itself', async () => {
    store.advance(300);
    await follow({ intervalSeconds: 60, retrySeconds: 5 });
    isOut = true;
    pass(60);
    await local.settled();
    expect(ahead()).toBe(0);
    store.advance(7);
    expect(ahead()).toBe(-7_000);
    isOut = false;
    pass(5);
    await local.settled();
    expect(ahead()).toBe(0);
    const asking = asked;
    pass(59);
    await local.settled();
    expect(asked, 'once it has answered, the interval counts again').toBe(asking);
  });

  it('rejects followStoreClock if the first measurement fails', async () => {
    isOut = true;
    await expect(follow({ retrySeconds: 1 })).rejects.toThrow('out');
    const asking = asked;
    pass(10);
    await local.settled();
    expect(asked).toBe(asking);
  });

  it('sends one request after a suspension while the store is out', async () => {
    const clock = await follow();
    isOut = true;
    suspend(400);
    const asking = asked;
    for (let request = 0; request < 20; request++) {
      clock.now();
      await new Promise(setImmediate);
    }
    expect(asked - asking).toBe(1);
  });
});

describe('a closed store clock', () => {
  it('a closed store clock keeps its last correction and sends no more requests', async () => {
    store.advance(300);
    const clock = await follow({ intervalSeconds: 60 });
    pass(60);
    await local.settled();
    expect(asked).toBe(6);
    const measuring = clock.measure();
    clock.close();
    await measuring;
    const asking = asked;
    suspend(400);
    expect(clock.now() - local.now()).toBe(300_000);
    pass(60);
    await local.settled();
    expect(asked).toBe(asking);
  });
});
