import { parseSessionOptions } from '@latchkey/core';
import { type SettableClock, settableClock } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyLifetimes, type ManagedKey } from './key-lifecycle.ts';
import { accessKey, macKey } from './testing/test-keys.ts';
import { type KeysEvent, type WatchedKeys, watchKeys } from './watch-keys.ts';

const T0 = Date.UTC(2027, 0, 1);
const others = [macKey('m', 'refresh-token', T0)];

let clock: SettableClock;
let there: readonly ManagedKey[];
let loads: number;
let load: () => Promise<readonly ManagedKey[]>;
let events: KeysEvent[];
let followed: WatchedKeys[];
beforeEach(() => {
  clock = settableClock(T0);
  there = [accessKey('a', T0), ...others];
  loads = 0;
  load = async () => there;
  events = [];
  followed = [];
});
afterEach(() => {
  for (const keys of followed) keys.close();
});

async function follow(reloadSeconds = 1_000): Promise<WatchedKeys> {
  const source = {
    load() {
      loads += 1;
      return load();
    },
  };
  const keys = await watchKeys({
    source,
    lifetimes: keyLifetimes(parseSessionOptions()),
    clock,
    reloadSeconds,
    onEvent: (event) => events.push(event),
  });
  followed.push(keys);
  return keys;
}
const kids = ({ ring }: WatchedKeys) => [...ring.verifying.keys()];

describe('a ring that follows its source', () => {
  it('has new keys after a while by itself, and says so', async () => {
    const keys = await follow(10);
    there = [...there, accessKey('b', T0 + 60_000)];
    await clock.pass(9.999);
    expect(kids(keys)).toEqual(['a']);
    await clock.pass(0.001);
    expect(kids(keys)).toEqual(['a', 'b']);
    expect(events).toEqual([{ kind: 'keys.changed', added: ['b'], removed: [] }]);
  });

  it('keeps the last good keys while the source fails, tells each fault once, and goes on after it', async () => {
    const keys = await follow(10);
    load = async () => Promise.reject(new Error('broken'));
    for (let time = 0; time < 4; time++) await clock.pass(10);
    expect(loads).toBe(5);
    expect([kids(keys), events.map(({ kind }) => kind)]).toEqual([['a'], ['keys.reload_failed']]);
    load = async () => [accessKey('b', T0), ...others];
    await clock.pass(10);
    expect(kids(keys)).toEqual(['b']);
  });

  it('keeps them also when what comes lacks a purpose', async () => {
    const keys = await follow();
    there = others;
    await expect(keys.reload()).rejects.toThrowError(/at least one key/);
    expect(keys.ring.signing.kid).toBe('a');
  });

  it('does not begin without keys', async () => {
    there = [];
    await expect(follow()).rejects.toThrowError(/at least one key/);
  });

  it('reads no more once it is closed', async () => {
    const keys = await follow(10);
    keys.close();
    const before = loads;
    await clock.pass(60);
    expect([loads, keys.ring.seek()]).toEqual([before, null]);
  });
});

describe('a search for an unknown key', () => {
  it('reads the source once, for all who wait', async () => {
    const keys = await follow();
    there = [...there, accessKey('b', T0)];
    const searches = Array.from({ length: 100 }, () => keys.ring.seek());
    for (const search of searches) await search;
    expect([searches.every((search) => search !== null), loads, kids(keys)]).toEqual([
      true,
      2,
      ['b', 'a'],
    ]);
  });

  it.each([
    [-1, 0],
    [0, 1],
    [1, 1],
  ])('is made again five seconds later, %d ms: %d times', async (offset, more) => {
    const keys = await follow();
    await keys.ring.seek();
    clock.set(T0 + 5_000 + offset);
    const before = loads;
    await keys.ring.seek();
    expect(loads - before).toBe(more);
  });

  it('is made once in five seconds, however many unknown keys are named', async () => {
    const keys = await follow();
    for (let ms = 0; ms < 60_000; ms += 10) {
      clock.set(T0 + ms);
      await keys.ring.seek();
    }
    expect(loads).toBe(1 + 60 / 5);
  });

  it('is waited for no longer than a second, and a source that fails is no error', async () => {
    const keys = await follow();
    load = () => new Promise(() => {});
    await keys.ring.seek();
    expect(kids(keys)).toEqual(['a']);
  });

  it('that fails leaves everything as it was', async () => {
    const keys = await follow();
    load = async () => Promise.reject(new Error('out'));
    await keys.ring.seek();
    expect([kids(keys), events.map(({ kind }) => kind)]).toEqual([['a'], ['keys.reload_failed']]);
  });
});
