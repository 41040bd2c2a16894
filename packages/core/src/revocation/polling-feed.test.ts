import { beforeEach, describe, expect, it } from 'vitest';
import { type SettableClock, settableClock } from '../testing/settable-clock.ts';
import { type PollingFeed, pollingFeed } from './polling-feed.ts';

let clock: SettableClock;
let reads: number;
let feed: PollingFeed;
beforeEach(async () => {
  clock = settableClock();
  reads = 0;
  const subscriber = { onNotices: () => {}, onUpToDate: () => {} };
  const read = async () => {
    reads++;
    return [];
  };
  feed = await pollingFeed(read, subscriber, clock);
});

/** Lets time pass in steps of ten milliseconds. */
async function pass(seconds: number, each: () => void = () => {}): Promise<void> {
  for (let step = 0; step < Math.round(seconds * 100); step++) {
    each();
    await clock.pass(0.01);
  }
}

describe('PollingFeed.wake', () => {
  it('polls at once if the last poll began 0.1 s ago or earlier, and once more 0.1 s later', async () => {
    await pass(0.1);
    feed.wake();
    await clock.settled();
    expect(reads).toBe(2);
    await pass(0.09);
    expect(reads).toBe(2);
    await pass(0.01);
    expect(reads).toBe(3);
    await pass(0.49);
    expect(reads).toBe(3);
    await pass(0.01);
    expect(reads).toBe(4);
  });

  it('polls 0.1 s after the last poll began if that is less than 0.1 s ago, however often woken', async () => {
    await pass(0.09, feed.wake);
    expect(reads).toBe(1);
    await pass(0.01);
    expect(reads).toBe(2);
  });

  it('polls ten times a second at most, however often woken', async () => {
    await pass(1);
    const before = reads;
    await pass(10, () => {
      for (const _ of [1, 2, 3]) feed.wake();
    });
    expect(reads - before).toBe(100);
  });

  it('polls within 0.1 s when the clock was set back', async () => {
    clock.set(clock.now() - 3_600_000);
    feed.wake();
    await clock.settled();
    expect(reads).toBe(2);
    clock.set(clock.now() - 50);
    feed.wake();
    await pass(0.1);
    expect(reads).toBe(3);
  });

  it('does not poll after close', async () => {
    await pass(0.05);
    feed.wake();
    await feed.close();
    feed.wake();
    await pass(2);
    expect([reads, clock.timers, feed.isAwake()]).toEqual([1, 0, false]);
  });
});

it('PollingFeed.isAwake is true for 0.05 s after a wake-up', async () => {
  expect(feed.isAwake()).toBe(false);
  await pass(0.3);
  feed.wake();
  expect(feed.isAwake()).toBe(true);
  await pass(0.04);
  expect(feed.isAwake()).toBe(true);
  await pass(0.01);
  expect(feed.isAwake()).toBe(false);
});

it('a feed that is awake polls again after a publication has had half a window to commit', async () => {
  await pass(0.05);
  feed.wake();
  await pass(0.04);
  expect(feed.isAwake()).toBe(true);
  await pass(0.05);
  const before = reads;
  await pass(0.06);
  expect(reads).toBe(before + 1);
});
