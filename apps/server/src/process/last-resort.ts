import type { RunningServer } from './server.ts';

/**
 * Milliseconds within which a repeated signal counts as the same one: a terminal and a parent
 * process may both forward the same Ctrl-C.
 */
const SAME_SIGNAL_MS = 1_000;

/**
 * Shuts the process down gracefully on SIGINT, SIGTERM and an uncaught error. After an uncaught
 * error the process's state is unknown: the error is logged, requests under way are answered, and
 * the process exits with 1. A second signal ends it at once.
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
