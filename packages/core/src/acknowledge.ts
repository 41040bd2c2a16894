import type { OnEvent } from './security-event.ts';
import type { Acknowledgement, SessionStore } from './session-store.ts';

/** A store that is out is asked again after ever longer pauses, up to this one. */
const MAX_PAUSE_SECONDS = 30;

/** Gathers proofs of receipt and writes them in batches, off the request path. Losing some only delays the detection of reuse. */
export interface AcknowledgementQueue {
  push(proof: Acknowledgement): void;
  /** Writes everything gathered so far. Never throws: what could not be written is kept for the next time. */
  flush(): Promise<void>;
  /** Flushes and stops the timer. */
  close(): Promise<void>;
}

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
  const waiting = new Map<string, Acknowledgement>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let closed = false;
  let pause = intervalSeconds;

  async function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.size === 0) return;
    const batch = [...waiting.values()];
    waiting.clear();
    try {
      await store.acknowledge(batch);
      pause = intervalSeconds;
    } catch (error) {
      for (const proof of batch) add(proof);
      pause = Math.min(2 * pause, MAX_PAUSE_SECONDS);
      onEvent({ kind: 'acknowledgements.delayed', pending: waiting.size, error });
      schedule();
    }
  }

  function add(proof: Acknowledgement): void {
    const known = waiting.get(proof.sessionId);
    if (known && known.generation >= proof.generation) return;
    waiting.set(proof.sessionId, proof);
    const [oldest] = waiting.size > capacity ? waiting.keys() : [];
    if (oldest !== undefined) waiting.delete(oldest);
  }

  function schedule(): void {
    if (!closed) timer ??= setTimeout(() => void flush(), pause * 1000).unref();
  }

  function flush(): Promise<void> {
    writing = writing.then(write);
    return writing;
  }

  return {
    push(proof) {
      add(proof);
      schedule();
    },
    flush,
    close() {
      closed = true;
      return flush();
    },
  };
}
