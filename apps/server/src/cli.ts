import { destination } from 'pino';
import { processTerminal } from './cli/process-terminal.ts';
import { runCommand } from './cli/run-command.ts';
import { readEnvironment } from './config/env.ts';
import { createLogger } from './process/log.ts';

/** Logs go to stderr, so that stdout holds only the report. */
const logger = createLogger('warn', false, destination(2));
const code = await runCommand(process.argv.slice(2), {
  variables: readEnvironment(),
  terminal: processTerminal(),
  logger,
});
/**
 * Exits explicitly, because an open handle of a store must not keep the command running. Pending
 * output is written first.
 */
process.stderr.write('', () => process.exit(code));
