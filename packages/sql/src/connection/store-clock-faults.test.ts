import { describe, expect, it } from 'vitest';
import { storeClockFixture } from './testing/store-clock-fixture.ts';

const fixture = storeClockFixture();

describe("a step of the machine's clock", () => {
  it.each([300, -300])(
    "keeps the store clock when the machine's clock is set by %d s, and measures once",
    async (seconds) => {
      await fixture.follow();
      const asking = fixture.asked;
      fixture.wall.advance(seconds);
      expect(fixture.ahead()).toBe(0);
      await expect.poll(() => fixture.asked - asking).toBe(3);
      expect([fixture.ahead(), fixture.corrections]).toEqual([0, []]);
      await new Promise(setImmediate);
      expect(fixture.asked - asking).toBe(3);
    },
  );

  it('corrects the store clock soon after a suspension, which stops the steady clock', async () => {
    const clock = await fixture.follow();
    fixture.suspend(400);
    clock.now();
    await expect.poll(() => fixture.ahead()).toBe(0);
    expect(fixture.corrections).toEqual([{ kind: 'clock.corrected', bySeconds: 400 }]);
  });

  it("makes no request when the machine's clock is set by up to a second", async () => {
    const clock = await fixture.follow();
    const asking = fixture.asked;
    fixture.wall.advance(1);
    clock.now();
    await new Promise(setImmediate);
    expect(fixture.asked).toBe(asking);
  });
});

describe('while the store is out', () => {
  it('keeps the last correction while the store is out, and measures again by itself', async () => {
    fixture.store.advance(300);
    await fixture.follow({ intervalSeconds: 60, retrySeconds: 5 });
    fixture.isOut = true;
    fixture.pass(60);
    await fixture.local.settled();
    expect(fixture.ahead()).toBe(0);
    fixture.store.advance(7);
    expect(fixture.ahead()).toBe(-7_000);
    fixture.isOut = false;
    fixture.pass(5);
    await fixture.local.settled();
    expect(fixture.ahead()).toBe(0);
    const asking = fixture.asked;
    fixture.pass(59);
    await fixture.local.settled();
    expect(fixture.asked, 'once it has answered, the interval counts again').toBe(asking);
  });

  it('rejects followStoreClock if the first measurement fails', async () => {
    fixture.isOut = true;
    await expect(fixture.follow({ retrySeconds: 1 })).rejects.toThrow('out');
    const asking = fixture.asked;
    fixture.pass(10);
    await fixture.local.settled();
    expect(fixture.asked).toBe(asking);
  });

  it('sends one request after a suspension while the store is out', async () => {
    const clock = await fixture.follow();
    fixture.isOut = true;
    fixture.suspend(400);
    const asking = fixture.asked;
    for (let request = 0; request < 20; request++) {
      clock.now();
      await new Promise(setImmediate);
    }
    expect(fixture.asked - asking).toBe(1);
  });
});
