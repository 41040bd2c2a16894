import { destination } from 'pino';
import { processTerminal } from './cli/process-terminal.ts';
import { runCommand } from './cli/run-command.ts';
import { readEnvironment } from './config/env.ts';
import { createLogger } from './process/log.ts';

/** What goes wrong meanwhile is logged beside the report, not into it. */
const logger = createLogger('warn', false, destination(2));
const code = await runCommand(process.argv.slice(2), {
  variables: readEnvironment(),
  terminal: processTerminal(),
  logger,
});
/**
 * Whatever a store left open must not keep a command from ending; what it said is written first.
 */
process.stderr.write('', () => process.exit(code));
