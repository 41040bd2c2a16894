import { readEnvironment } from './config/env.ts';
import { shutDownGracefully } from './process/last-resort.ts';
import { startUp } from './process/start-up.ts';
import { terminalText } from './process/terminal-text.ts';

const server = await startUp(process.argv.slice(2), readEnvironment);
if (typeof server === 'string') {
  console.error(terminalText(server));
  process.exit(1);
}
shutDownGracefully(server);
