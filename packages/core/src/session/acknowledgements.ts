import type { OnEvent } from '../audit/security-event.ts';
import { type BatchWriter, batchWriter } from '../lib/batch-writer.ts';
import type { Clock } from '../lib/clock.ts';
import type { Acknowledgement, SessionStore } from './session-store.ts';

/**
 * Gathers proofs of receipt and writes them in batches, off the request path. Losing some only
 * delays the detection of reuse.
 */
export type AcknowledgementQueue = BatchWriter<Acknowledgement>;

export interface AcknowledgementOptions {
  readonly clock?: Clock;
  /** How long a proof may wait for company. */
  readonly intervalSeconds?: number;
  /** How many proofs may wait while the store is out; the oldest are dropped beyond it. */
  readonly capacity?: number;
}

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
      keepKnown: (known, proof) => known.generation >= proof.generation,
    },
    intervalSeconds,
    capacity,
    ...(clock && { clock }),
  });
}
