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
 * The three clocks, and the round trip to the store's: the request takes some time, then the reply.
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

/** Time passes on every clock. */
function pass(seconds: number): void {
  for (const each of [store, wall, local]) each.advance(seconds);
}

/** The machine sleeps: only the store's clock and the wall clock advance. */
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
    'returns the time of the store on a node that is %d s slow, and reports it once',
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

  it('subtracts half the round trip', async () => {
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
    'of a drift of %d ms makes up %d, and tells %d of it: more than a second is worth telling',
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
    'leaves a correction that a measurement right to 101 ms does not contradict: %d ms off, moved by %d',
    async (drift, moved) => {
      const clock = await follow();
      store.set(store.now() + drift);
      trips = Array.from({ length: 3 }, () => ({ requestSeconds: 0.1, replySeconds: 0.1 }));
      await clock.measure();
      expect(clock.now() - local.now()).toBe(moved);
    },
  );

  it('sends one request for several calls to measure at the same moment', async () => {
    const clock = await follow();
    await Promise.all([clock.measure(), clock.measure(), clock.measure()]);
    expect(asked).toBe(6);
  });

  it('returns whole milliseconds', async () => {
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
  it('makes the clock stand still, up to a second, until the store has caught up', async () => {
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

  it('sets the clock back at once beyond a second', async () => {
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
  it.each([300, -300])('by %d s leaves the clock, and is checked once', async (seconds) => {
    await follow();
    const asking = asked;
    wall.advance(seconds);
    expect(ahead()).toBe(0);
    await expect.poll(() => asked - asking).toBe(3);
    expect([ahead(), corrections]).toEqual([0, []]);
    await new Promise(setImmediate);
    expect(asked - asking).toBe(3);
  });

  it('after a suspension, which stops the steady clock, is corrected soon', async () => {
    const clock = await follow();
    suspend(400);
    clock.now();
    await expect.poll(ahead).toBe(0);
    expect(corrections).toEqual([{ kind: 'clock.corrected', bySeconds: 400 }]);
  });

  it('of up to a second makes no request', async () => {
    const clock = await follow();
    const asking = asked;
    wall.advance(1);
    clock.now();
    await new Promise(setImmediate);
    expect(asked).toBe(asking);
  });
});

describe('while the store is out', () => {
  it('keeps the last correction, and measures again by itself', async () => {
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

  it('returns no clock without a first measurement', async () => {
    isOut = true;
    await expect(follow({ retrySeconds: 1 })).rejects.toThrow('out');
    const asking = asked;
    pass(10);
    await local.settled();
    expect(asked).toBe(asking);
  });

  it('sends one request after a suspension', async () => {
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
  it('keeps its last correction and sends no more requests', async () => {
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
