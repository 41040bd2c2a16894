import type { Clock, KeyRing } from '@latchkey/core';
import { refuseUnknownOptions, repeat } from '@latchkey/core';
import type { KeyLifecycle, KeyLifetimes, ManagedKey } from './key-lifecycle.ts';
import type { KeySource } from './key-source.ts';
import { rotatingKeyRing } from './rotating-key-ring.ts';

/**
 * The least seconds between two reloads for an unknown `kid`: forged tokens must not make every
 * node read its keys all the time.
 */
const SEEK_FLOOR_SECONDS = 5;
/** How many seconds a request waits for a reload before it continues with the known keys. */
const MAX_WAIT_SECONDS = 1;

/** A key ring that is reloaded from its source, so that it receives the keys of other nodes. */
export interface WatchedKeys {
  /** The key ring that `createSessionLayer` takes. */
  readonly ring: KeyRing;
  /** Returns the current status of each key. */
  lifecycles(): KeyLifecycle<ManagedKey>[];
  /**
   * Reloads the keys now.
   *
   * @throws what the source throws; the keys are then unchanged
   */
  reload(): Promise<void>;
  /** Stops reloading and emits no more events. The ring keeps its keys. */
  close(): void;
}

/**
 * What a reload changed, or why it failed.
 *
 * - `keys.changed`: a reload added or removed keys, named by their `kid`.
 * - `keys.reload_failed`: a reload failed with `error`; the last good keys stay in use.
 */
export type KeysEvent =
  | {
      readonly kind: 'keys.changed';
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | { readonly kind: 'keys.reload_failed'; readonly error: unknown };

/** The options of {@link watchKeys}. */
export interface WatchKeysOptions {
  /** The source of the keys: {@link staticKeys}, {@link databaseKeys}, or your own. */
  readonly source: KeySource;
  /** How long retired keys verify: {@link keyLifetimes}. */
  readonly lifetimes: KeyLifetimes;
  readonly clock: Clock;
  /** How many seconds after one reload the next begins. */
  readonly reloadSeconds: number;
  readonly onEvent?: (event: KeysEvent) => void;
}

/**
 * Loads the keys and reloads them periodically, and when a token names an unknown key.
 *
 * @throws what the source throws at the first load; OptionsError if a purpose has no key
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { createSessionLayer, parseSessionOptions } from '@latchkey/core';
 * import { keyLifetimes, parseKeySet, staticKeys, watchKeys } from '@latchkey/keys';
 *
 * const source = staticKeys(parseKeySet(await readFile('keys.json', 'utf8')));
 * const lifetimes = keyLifetimes(parseSessionOptions());
 * const keys = await watchKeys({ source, lifetimes, clock, reloadSeconds: 10 });
 * const layer = createSessionLayer({ ring: keys.ring, store, users, clock });
 */
export async function watchKeys({
  source,
  lifetimes,
  clock,
  reloadSeconds,
  onEvent = () => {},
  ...others
}: WatchKeysOptions): Promise<WatchedKeys> {
  refuseUnknownOptions(others);
  const live = rotatingKeyRing(await source.load(), lifetimes, clock);
  let loading: Promise<void> | undefined;
  let soughtAt = Number.NEGATIVE_INFINITY;
  let fault = '';
  let closed = false;

  /**
   * Reloads after a load that is under way, because that may have read the source before the
   * caller's change.
   */
  async function reload(): Promise<void> {
    await loading?.catch(() => {});
    await load();
  }

  function load(): Promise<void> {
    loading ??= loadOnce().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  async function loadOnce(): Promise<void> {
    const keys = await source.load();
    if (closed) return;
    const before = kids();
    live.replace(keys);
    fault = '';
    const after = kids();
    const [added, removed] = [
      after.filter((kid) => !before.includes(kid)),
      before.filter((kid) => !after.includes(kid)),
    ];
    if (added.length + removed.length > 0) onEvent({ kind: 'keys.changed', added, removed });
  }

  const kids = () => live.lifecycles().flatMap(({ key }) => (key.key ? [key.kid] : []));

  /** Reloads, and reports a repeated error once, not at every attempt. */
  function reloadQuietly(): Promise<void> {
    return load().catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (closed || message === fault) return;
      fault = message;
      onEvent({ kind: 'keys.reload_failed', error });
    });
  }

  function seek(): Promise<void> | null {
    if (closed) return null;
    const elapsed = clock.now() - soughtAt;
    if (!loading && elapsed >= 0 && elapsed < SEEK_FLOOR_SECONDS * 1000) return null;
    if (!loading) soughtAt = clock.now();
    return atMost(MAX_WAIT_SECONDS, reloadQuietly());
  }

  const reloads = repeat(clock, reloadSeconds, reloadQuietly);
  return {
    /** Assigned, not spread: the ring's getters must be read at every use. */
    ring: Object.assign(live, { seek }),
    lifecycles: live.lifecycles,
    reload,
    close() {
      closed = true;
      void reloads.stop();
    },
  };
}

async function atMost(seconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
