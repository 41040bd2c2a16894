import { systemClock } from '@latchkey/core';
import { runningClock } from '@latchkey/core/testing';
import { parseEnv, readEnvironment } from '../config/env.ts';
import { shutDownGracefully } from '../process/last-resort.ts';
import { startServer } from '../process/server.ts';
import { STORE_FAULTS, type StoreFault } from './store-faults.ts';

/** The message to the server that advances its clock. */
export interface AdvanceClock {
  readonly id: number;
  readonly advanceSeconds: number;
}

/** The messages from the server: it listens, or the work that was due after an advance is done. */
export type ServerMessage =
  | { readonly kind: 'listening' }
  | { readonly kind: 'advanced'; readonly id: number };

/**
 * The real server on a running clock that its parent process can advance. The clock starts
 * `CLOCK_AHEAD_SECONDS` ahead of the machine's; `STORE_FAULT` names a fault to inject into the
 * store.
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
/** The IPC channel alone must not keep the process alive. */
process.channel?.unref();
shutDownGracefully(await startServer(parseEnv(readEnvironment()), { clock, ...fault }));
tell({ kind: 'listening' });
