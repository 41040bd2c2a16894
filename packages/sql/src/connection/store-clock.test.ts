import { steadyClock, systemClock } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { storeClockFixture } from './testing/store-clock-fixture.ts';

const fixture = storeClockFixture();

describe('a store clock', () => {
  it.each([300, 2, -300])(
    "returns the store's time on a node that is %d s slow, and reports it once",
    async (seconds) => {
      fixture.store.advance(seconds);
      const clock = await fixture.follow();
      expect(fixture.ahead()).toBe(0);
      fixture.pass(50);
      expect(fixture.ahead()).toBe(0);
      await clock.measure();
      expect(fixture.corrections).toEqual([{ kind: 'clock.corrected', bySeconds: seconds }]);
    },
  );

  it('subtracts half the round trip from a measurement', async () => {
    fixture.store.advance(300);
    fixture.trips = Array.from({ length: 3 }, () => ({ requestSeconds: 0.2, replySeconds: 0.2 }));
    await fixture.follow();
    expect(fixture.ahead()).toBe(0);
  });

  it('uses the sample with the shortest round trip', async () => {
    fixture.trips = [
      { requestSeconds: 4, replySeconds: 0 },
      { requestSeconds: 0.002, replySeconds: 0.002 },
      { requestSeconds: 0, replySeconds: 4 },
    ];
    fixture.store.advance(300);
    await fixture.follow();
    expect(fixture.ahead()).toBe(0);
  });

  it.each<[number, number, number]>([
    [1_000, 1_000, 0],
    [1_001, 1_001, 1],
    [-1_001, -1_001, 1],
  ])(
    'given a drift of %d ms, corrects the clock by %d and reports %d corrections (beyond a second)',
    async (drift, madeUp, told) => {
      const clock = await fixture.follow();
      fixture.store.set(fixture.store.now() + drift);
      await clock.measure();
      expect(clock.now() - fixture.local.now()).toBe(madeUp);
      expect(fixture.corrections).toHaveLength(told);
    },
  );

  it.each<[number, number]>([
    [101, 0],
    [102, 102],
    [-101, 0],
  ])(
    'keeps a correction while a measurement accurate to 101 ms allows it: %d ms off, moved by %d',
    async (drift, moved) => {
      const clock = await fixture.follow();
      fixture.store.set(fixture.store.now() + drift);
      fixture.trips = Array.from({ length: 3 }, () => ({ requestSeconds: 0.1, replySeconds: 0.1 }));
      await clock.measure();
      expect(clock.now() - fixture.local.now()).toBe(moved);
    },
  );

  it('sends one request for several concurrent calls of measure', async () => {
    const clock = await fixture.follow();
    await Promise.all([clock.measure(), clock.measure(), clock.measure()]);
    expect(fixture.asked).toBe(6);
  });

  it('a store clock returns whole milliseconds', async () => {
    fixture.trips = Array.from({ length: 3 }, () => ({
      requestSeconds: 0.004,
      replySeconds: 0.003,
    }));
    fixture.store.advance(10);
    expect((await fixture.follow()).now() % 1).toBe(0);
    expect([
      steadyClock.now() % 1,
      Math.abs(steadyClock.now() - systemClock.now()) < 3_600_000,
    ]).toEqual([0, true]);
  });
});

describe('a correction backwards', () => {
  it("makes the clock stand still, up to a second, until the store's has caught up", async () => {
    const clock = await fixture.follow();
    const before = clock.now();
    fixture.store.advance(-1);
    await clock.measure();
    expect(clock.now()).toBe(before);
    fixture.pass(0.9);
    expect(clock.now()).toBe(before);
    fixture.pass(0.2);
    expect([clock.now(), fixture.ahead()]).toEqual([before + 100, 0]);
  });

  it('sets the clock back at once if it is more than a second ahead', async () => {
    const clock = await fixture.follow();
    clock.now();
    fixture.store.advance(-1.001);
    await clock.measure();
    expect(fixture.ahead()).toBe(0);
    fixture.pass(0.001);
    expect(fixture.ahead()).toBe(0);
  });
});

describe('a closed store clock', () => {
  it('a closed store clock keeps its last correction and sends no more requests', async () => {
    fixture.store.advance(300);
    const clock = await fixture.follow({ intervalSeconds: 60 });
    fixture.pass(60);
    await fixture.local.settled();
    expect(fixture.asked).toBe(6);
    const measuring = clock.measure();
    clock.close();
    await measuring;
    const asking = fixture.asked;
    fixture.suspend(400);
    expect(clock.now() - fixture.local.now()).toBe(300_000);
    fixture.pass(60);
    await fixture.local.settled();
    expect(fixture.asked).toBe(asking);
  });
});
