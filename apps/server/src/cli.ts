import { destination } from 'pino';
import { processTerminal } from './commands/process-terminal.ts';
import { runCommand } from './commands/run-command.ts';
import { readEnvironment } from './env.ts';
import { createLogger } from './log.ts';

/** What goes wrong meanwhile is logged beside the report, not into it. */
const logger = createLogger('warn', false, destination(2));
process.exitCode = await runCommand(process.argv.slice(2), { variables: readEnvironment(), terminal: processTerminal(), logger });
