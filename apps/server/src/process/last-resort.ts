import type { RunningServer } from './server.ts';

/** A terminal and the parent process may both pass on one and the same Ctrl-C. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Ends the process in an orderly way: on SIGINT and SIGTERM, and when an error was not handled.
 * After such an error nothing is known of the process's state: it is logged, requests under way are
 * answered, and the process ends with 1. A second signal ends it at once.
 */
export function shutDownGracefully(server: RunningServer): void {
  let firstAt: number | null = null;
  const onSignal = (signal: string) => {
    const at = performance.now();
    if (firstAt !== null && at - firstAt > SAME_SIGNAL_MS) return server.abandon(signal);
    firstAt ??= at;
    server.stop(signal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('uncaughtException', (error) => server.fail(error, 'uncaughtException'));
  process.on('unhandledRejection', (error) => server.fail(error, 'unhandledRejection'));
}
