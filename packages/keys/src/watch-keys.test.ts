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
let watched: WatchedKeys[];
beforeEach(() => {
  clock = settableClock(T0);
  there = [accessKey('a', T0), ...others];
  loads = 0;
  load = async () => there;
  events = [];
  watched = [];
});
afterEach(() => {
  for (const keys of watched) keys.close();
});

async function watch(reloadSeconds = 1_000): Promise<WatchedKeys> {
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
  watched.push(keys);
  return keys;
}
const kids = ({ ring }: WatchedKeys) => [...ring.verifying.keys()];

describe('watchKeys', () => {
  it('reloads the keys after reloadSeconds and reports the change', async () => {
    const keys = await watch(10);
    there = [...there, accessKey('b', T0 + 60_000)];
    await clock.pass(9.999);
    expect(kids(keys)).toEqual(['a']);
    await clock.pass(0.001);
    expect(kids(keys)).toEqual(['a', 'b']);
    expect(events).toEqual([{ kind: 'keys.changed', added: ['b'], removed: [] }]);
  });

  it('keeps the last good keys while the source fails, and reports each error once', async () => {
    const keys = await watch(10);
    load = async () => Promise.reject(new Error('broken'));
    for (let time = 0; time < 4; time++) await clock.pass(10);
    expect(loads).toBe(5);
    expect([kids(keys), events.map(({ kind }) => kind)]).toEqual([['a'], ['keys.reload_failed']]);
    load = async () => [accessKey('b', T0), ...others];
    await clock.pass(10);
    expect(kids(keys)).toEqual(['b']);
  });

  it('keeps the last good keys when a reload has none for one purpose', async () => {
    const keys = await watch();
    there = others;
    await expect(keys.reload()).rejects.toThrowError(/at least one key/);
    expect(keys.ring.signing.kid).toBe('a');
  });

  it('rejects a key source without keys at the first load', async () => {
    there = [];
    await expect(watch()).rejects.toThrowError(/at least one key/);
  });

  it('does not read the key source after close', async () => {
    const keys = await watch(10);
    keys.close();
    const before = loads;
    await clock.pass(60);
    expect([loads, keys.ring.seek()]).toEqual([before, null]);
  });
});

describe('watchKeys: seek for an unknown key', () => {
  it('reads the key source once for concurrent searches for an unknown key', async () => {
    const keys = await watch();
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
  ])(
    'searches again for an unknown key only five seconds after the last search (%d ms): %d times',
    async (offset, more) => {
      const keys = await watch();
      await keys.ring.seek();
      clock.set(T0 + 5_000 + offset);
      const before = loads;
      await keys.ring.seek();
      expect(loads - before).toBe(more);
    },
  );

  it('reads the key source at most once in five seconds for any number of searches', async () => {
    const keys = await watch();
    for (let ms = 0; ms < 60_000; ms += 10) {
      clock.set(T0 + ms);
      await keys.ring.seek();
    }
    expect(loads).toBe(1 + 60 / 5);
  });

  it('stops waiting for a slow key source after a second', async () => {
    const keys = await watch();
    load = () => new Promise(() => {});
    await keys.ring.seek();
    expect(kids(keys)).toEqual(['a']);
  });

  it('keeps the keys when a search for an unknown key fails, and reports the error', async () => {
    const keys = await watch();
    load = async () => Promise.reject(new Error('out'));
    await keys.ring.seek();
    expect([kids(keys), events.map(({ kind }) => kind)]).toEqual([['a'], ['keys.reload_failed']]);
  });
});
