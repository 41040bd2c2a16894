import type { OnEvent } from '../audit/security-event.ts';
import { type BatchWriter, batchWriter } from '../lib/batch-writer.ts';
import type { Clock } from '../lib/clock.ts';
import type { Acknowledgement, SessionStore } from './session-store.ts';

/**
 * Collects acknowledgements (proofs that a browser holds its current tokens) and writes them in
 * batches, off the request path. Losing some only delays the detection of reuse.
 */
export type AcknowledgementQueue = BatchWriter<Acknowledgement>;

/** The options of {@link acknowledgementQueue}. */
export interface AcknowledgementOptions {
  readonly clock?: Clock;
  /** How many seconds an acknowledgement may wait for its batch. */
  readonly intervalSeconds?: number;
  /**
   * How many acknowledgements may wait while the store is out; beyond it the oldest are dropped.
   */
  readonly capacity?: number;
}

/**
 * Creates a queue of acknowledgements. Each session layer makes its own. While the store fails, it
 * emits `acknowledgements.delayed`.
 *
 * @example
 * import { acknowledgementQueue } from '@latchkey/core';
 *
 * const queue = acknowledgementQueue(store, console.warn, { clock });
 * queue.push({ sessionId: 'Kq3vX0aBfG2mT9wLr5YtZQ', generation: 2, at: clock.now() });
 * await queue.close();
 */
export function acknowledgementQueue(
  store: Pick<SessionStore, 'acknowledge'>,
  onEvent: OnEvent,
  { clock, intervalSeconds = 0.2, capacity = 10_000 }: AcknowledgementOptions = {},
): AcknowledgementQueue {
  return batchWriter({
    write: (batch) => store.acknowledge(batch),
    onDelay: ({ pending, error }) => onEvent({ kind: 'acknowledgements.delayed', pending, error }),
    merge: {
      keyOf: ({ sessionId }) => sessionId,
      keepKnown: (known, later) => known.generation >= later.generation,
    },
    intervalSeconds,
    capacity,
    ...(clock && { clock }),
  });
}
