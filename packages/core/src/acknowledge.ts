import { type BatchWriter, batchWriter } from './batch-writer.ts';
import type { OnEvent } from './security-event.ts';
import type { Acknowledgement, SessionStore } from './session-store.ts';

/** Gathers proofs of receipt and writes them in batches, off the request path. Losing some only delays the detection of reuse. */
export type AcknowledgementQueue = BatchWriter<Acknowledgement>;

/**
 * @param intervalSeconds how long a proof may wait for company
 * @param capacity how many proofs may wait while the store is out; the oldest are dropped beyond it
 */
export function acknowledgementQueue(
  store: Pick<SessionStore, 'acknowledge'>,
  onEvent: OnEvent,
  intervalSeconds = 0.2,
  capacity = 10_000,
): AcknowledgementQueue {
  return batchWriter({
    write: (batch) => store.acknowledge(batch),
    onDelay: ({ pending, error }) => onEvent({ kind: 'acknowledgements.delayed', pending, error }),
    merge: { keyOf: ({ sessionId }) => sessionId, keepKnown: (known, proof) => known.generation >= proof.generation },
    intervalSeconds,
    capacity,
  });
}
