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
 * An open handle of a store must not keep a command running; pending output is written first.
 */
process.stderr.write('', () => process.exit(code));
