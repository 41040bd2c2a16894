import type { EventHandler, LayerEvent, OnEvent } from './security-event.ts';

/** Passes events to an app's handler, which can neither delay nor fail what emitted them. */
export interface EventDelivery {
  /** Calls the handler, and returns at its first `await`. Never throws. */
  readonly emit: OnEvent;
  /** Resolves once no handler is running any more. Never rejects. */
  settled(): Promise<void>;
}

/**
 * Creates the delivery. If the handler throws or rejects, it gets `event.failed`; if it fails for
 * that too, nothing more is reported.
 */
export function eventDelivery(handle: EventHandler): EventDelivery {
  const running = new Set<Promise<void>>();

  async function run(event: LayerEvent): Promise<void> {
    try {
      await handle(event);
    } catch (error) {
      if (event.kind !== 'event.failed') await run({ kind: 'event.failed', failed: event, error });
    }
  }

  return {
    emit(event) {
      const handled = run(event).finally(() => running.delete(handled));
      running.add(handled);
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
