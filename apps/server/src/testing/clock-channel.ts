import type { ChildProcess } from 'node:child_process';
import type { AdvanceClock, ServerMessage } from './clocked-main.ts';

/** Sends messages from a test to a server whose clock it can advance. */
export interface ClockChannel {
  /** Resolves when the server listens. */
  readonly listening: Promise<void>;
  /** Advances the server's clock; resolves once the work that is due then is done. */
  advance(seconds: number): Promise<void>;
}

/**
 * Opens the channel to a server process with an adjustable clock.
 *
 * @param child runs `clocked-main.ts`, with an IPC channel
 */
export function clockChannel(child: ChildProcess): ClockChannel {
  const listening = Promise.withResolvers<void>();
  const moving = new Map<number, () => void>();
  let messages = 0;
  child.on('message', (message: ServerMessage) => {
    if (message.kind === 'listening') return listening.resolve();
    moving.get(message.id)?.();
    moving.delete(message.id);
  });
  return {
    listening: listening.promise,
    advance(advanceSeconds) {
      const message: AdvanceClock = { id: messages++, advanceSeconds };
      return new Promise((resolve, reject) => {
        moving.set(message.id, resolve);
        child.send(message, (error) => error && reject(error));
      });
    },
  };
}
