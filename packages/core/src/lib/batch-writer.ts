import { type Clock, startTimer, systemClock } from './clock.ts';

/** The longest pause between attempts while writes fail; each pause is twice the one before. */
const MAX_PAUSE_SECONDS = 30;
/** The most items of one write, so that a target that rejects large batches still accepts it. */
const BATCH_SIZE = 500;

/** Collects items and writes them in batches, off the caller's path. */
export interface BatchWriter<Item> {
  /** Adds an item to the next batch, which is written later. */
  push(item: Item): void;
  /** Writes all pending items. Never rejects: items that could not be written stay pending. */
  flush(): Promise<void>;
  /** Writes all pending items and stops the timer. */
  close(): Promise<void>;
}

/** The options of {@link batchWriter}. */
export interface BatchWriterOptions<Item> {
  readonly write: (batch: readonly Item[]) => Promise<void>;
  /** Called when a write has failed. `dropped` counts the items dropped since the start. */
  readonly onDelay: (delay: {
    readonly pending: number;
    readonly dropped: number;
    readonly error: unknown;
  }) => void;
  /**
   * Keeps one pending item for each key: `keepKnown` decides which. Without `merge` every item is
   * kept.
   */
  readonly merge?: {
    readonly keyOf: (item: Item) => string;
    readonly keepKnown: (known: Item, item: Item) => boolean;
  };
  /** How many seconds an item may wait for its batch. */
  readonly intervalSeconds: number;
  /** How many items may be pending while writes fail; beyond it the oldest are dropped. */
  readonly capacity: number;
  readonly clock?: Clock;
}

/**
 * Creates a batch writer. At most 500 items are written at once; while writes fail, the pause
 * between attempts doubles up to 30 seconds.
 *
 * @example
 * import { batchWriter } from '@latchkey/core';
 *
 * const visits = batchWriter<string>({
 *   write: async (paths) => console.log('store', paths),
 *   onDelay: ({ pending, error }) => console.warn(`${pending} visits are waiting`, error),
 *   intervalSeconds: 1,
 *   capacity: 10_000,
 * });
 * visits.push('/home');
 * await visits.close();
 */
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
    for (let at = 0; at < all.length; at += BATCH_SIZE) {
      try {
        await write(all.slice(at, at + BATCH_SIZE));
        pause = intervalSeconds;
      } catch (error) {
        keepPending(all.slice(at), error);
        return;
      }
    }
  }

  function keepPending(items: readonly Item[], error: unknown): void {
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
