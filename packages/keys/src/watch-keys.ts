import type { Clock, KeyRing } from '@latchkey/core';
import { repeat } from '@latchkey/core';
import type { KeyLifecycle, KeyLifetimes, ManagedKey } from './key-lifecycle.ts';
import type { KeySource } from './key-source.ts';
import { rotatingKeyRing } from './rotating-key-ring.ts';

/**
 * Between two searches for a key that somebody named, or forged tokens would make every node read
 * all keys all the time.
 */
const SEEK_FLOOR_SECONDS = 5;
/** A request waits no longer than this for keys; it then goes on without. */
const MAX_WAIT_SECONDS = 1;

/** A key ring that follows its source: other nodes' new keys arrive by themselves. */
export interface WatchedKeys {
  readonly ring: KeyRing;
  /** Where each key stands now. */
  lifecycles(): KeyLifecycle<ManagedKey>[];
  /** Reads the source now. @throws what the source throws; the keys stay as they were */
  reload(): Promise<void>;
  /** Reads no more, and tells no more. The ring goes on with what it has. */
  close(): void;
}

/** Told what has happened. `error` says what is wrong; the last good keys stay in use. */
export type KeysEvent =
  | {
      readonly kind: 'keys.changed';
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | { readonly kind: 'keys.reload_failed'; readonly error: unknown };

export interface WatchKeysOptions {
  readonly source: KeySource;
  readonly lifetimes: KeyLifetimes;
  readonly clock: Clock;
  readonly reloadSeconds: number;
  readonly onEvent?: (event: KeysEvent) => void;
}

/**
 * Loads the keys and reloads them in a rhythm.
 *
 * @throws what the source throws at first, OptionsError when there is no key for a purpose
 */
export async function watchKeys({
  source,
  lifetimes,
  clock,
  reloadSeconds,
  onEvent = () => {},
}: WatchKeysOptions): Promise<WatchedKeys> {
  const live = rotatingKeyRing(await source.load(), lifetimes, clock);
  let loading: Promise<void> | undefined;
  let soughtAt = Number.NEGATIVE_INFINITY;
  let fault = '';
  let closed = false;

  /** What is under way may have read the source before whatever the caller knows of. */
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

  /** The same fault is told once, not at every attempt. */
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
    /** Not spread: the ring's properties are read anew at every use. */
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
