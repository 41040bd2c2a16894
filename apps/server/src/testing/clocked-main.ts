import { systemClock } from '@latchkey/core';
import { runningClock } from '@latchkey/core/testing';
import { parseEnv, readEnvironment } from '../config/env.ts';
import { shutDownGracefully } from '../process/last-resort.ts';
import { startServer } from '../process/server.ts';
import { STORE_FAULTS, type StoreFault } from './store-faults.ts';

/** Sent to the server: moves its clock. */
export interface AdvanceClock {
  readonly id: number;
  readonly advanceSeconds: number;
}

/**
 * Sent by the server: it listens, or the work that became due when its clock was moved has ended.
 */
export type ServerMessage =
  | { readonly kind: 'listening' }
  | { readonly kind: 'advanced'; readonly id: number };

/**
 * The real server on a clock that runs by itself and that the process which started it can move. It
 * begins as far ahead of the machine's clock as `CLOCK_AHEAD_SECONDS` says; `STORE_FAULT` names a
 * fault to put into its store.
 */
const { CLOCK_AHEAD_SECONDS = '0', STORE_FAULT } = process.env;
const clock = runningClock(systemClock);
clock.advance(Number(CLOCK_AHEAD_SECONDS));
const fault =
  STORE_FAULT === undefined ? {} : { wrapStore: STORE_FAULTS[STORE_FAULT as StoreFault] };
const tell = (message: ServerMessage) => process.send?.(message);
process.on('message', async ({ id, advanceSeconds }: AdvanceClock) => {
  clock.advance(advanceSeconds);
  await clock.settled();
  tell({ kind: 'advanced', id });
});
/** The channel alone is no reason to stay. */
process.channel?.unref();
shutDownGracefully(await startServer(parseEnv(readEnvironment()), { clock, ...fault }));
tell({ kind: 'listening' });
