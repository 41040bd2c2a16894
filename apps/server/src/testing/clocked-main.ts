import { systemClock } from '@latchkey/core';
import { runningClock } from '@latchkey/core/testing';
import { parseEnv, readEnvironment } from '../env.ts';
import { endInOrder } from '../last-resort.ts';
import { startServer } from '../server.ts';

/** Sent to the server: moves its clock. */
export interface AdvanceClock {
  readonly id: number;
  readonly advanceSeconds: number;
}

/** Sent by the server: it listens, or the work that became due when its clock was moved has ended. */
export type ServerMessage = { readonly kind: 'listening' } | { readonly kind: 'advanced'; readonly id: number };

/** The real server on a clock that runs by itself and that the process which started it can move. */
const clock = runningClock(systemClock);
const tell = (message: ServerMessage) => process.send?.(message);
process.on('message', async ({ id, advanceSeconds }: AdvanceClock) => {
  clock.advance(advanceSeconds);
  await clock.settled();
  tell({ kind: 'advanced', id });
});
/** The channel alone is no reason to stay. */
process.channel?.unref();
endInOrder(await startServer(parseEnv(readEnvironment()), { clock }));
tell({ kind: 'listening' });
