import { type Clock, startTimer, systemClock } from './clock.ts';

/** A target that is out is asked again after ever longer pauses, up to this one. */
const MAX_PAUSE_SECONDS = 30;
/**
 * Items written at once at most: a target that could take none of many must be able to take a few.
 */
const BATCH = 500;

/** Gathers items and writes them in batches, off the path of whoever brings them. */
export interface BatchWriter<Item> {
  push(item: Item): void;
  /**
   * Writes everything gathered so far. Never throws: what could not be written is kept for the next
   * time.
   */
  flush(): Promise<void>;
  /** Flushes and stops the timer. */
  close(): Promise<void>;
}

export interface BatchWriterOptions<Item> {
  readonly write: (batch: readonly Item[]) => Promise<void>;
  /**
   * Told when a batch could not be written and waits for the next attempt, and how many items were
   * given up since the start.
   */
  readonly onDelay: (delay: {
    readonly pending: number;
    readonly dropped: number;
    readonly error: unknown;
  }) => void;
  /** Items of one key are one: which of them stays? Without it every item stays. */
  readonly merge?: {
    readonly keyOf: (item: Item) => string;
    readonly keepKnown: (known: Item, item: Item) => boolean;
  };
  /** How long an item may wait for company. */
  readonly intervalSeconds: number;
  /** How many may wait while the target is out; the oldest are dropped beyond it. */
  readonly capacity: number;
  readonly clock?: Clock;
}

export function batchWriter<Item>({
  write,
  onDelay,
  merge,
  intervalSeconds,
  capacity,
  clock = systemClock,
}: BatchWriterOptions<Item>): BatchWriter<Item> {
  const waiting = new Map<string | number, Item>();
  let serial = 0;
  let dropped = 0;
  let cancel: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();
  let closed = false;
  let pause = intervalSeconds;

  async function writeOnce(): Promise<void> {
    cancel?.();
    cancel = undefined;
    const all = [...waiting.values()];
    waiting.clear();
    for (let at = 0; at < all.length; at += BATCH) {
      try {
        await write(all.slice(at, at + BATCH));
        pause = intervalSeconds;
      } catch (error) {
        keepForLater(all.slice(at), error);
        return;
      }
    }
  }

  function keepForLater(items: readonly Item[], error: unknown): void {
    const newer = [...waiting.values()];
    waiting.clear();
    for (const item of [...items, ...newer]) add(item);
    pause = Math.min(2 * pause, MAX_PAUSE_SECONDS);
    onDelay({ pending: waiting.size, dropped, error });
    schedule();
  }

  function add(item: Item): void {
    const key = merge ? merge.keyOf(item) : serial++;
    const known = waiting.get(key);
    if (known !== undefined && merge?.keepKnown(known, item)) return;
    waiting.set(key, item);
    if (waiting.size <= capacity) return;
    const [oldest = key] = waiting.keys();
    waiting.delete(oldest);
    dropped += 1;
  }

  function schedule(): void {
    if (!closed) cancel ??= startTimer(clock, pause, flush);
  }

  function flush(): Promise<void> {
    writing = writing.then(writeOnce);
    return writing;
  }

  return {
    push(item) {
      add(item);
      schedule();
    },
    flush,
    close() {
      closed = true;
      return flush();
    },
  };
}
