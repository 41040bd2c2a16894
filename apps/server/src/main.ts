import { readEnvironment } from './env.ts';
import { endInOrder } from './last-resort.ts';
import { startUp } from './start-up.ts';
import { terminalText } from './terminal-text.ts';

const server = await startUp(process.argv.slice(2), readEnvironment);
if (typeof server === 'string') {
  console.error(terminalText(server));
  process.exit(1);
}
endInOrder(server);
