import { OptionsError } from '@latchkey/core';
import { describeFaults, parseEnv, readEnvironment } from './env.ts';
import { startServer } from './server.ts';

try {
  const server = await startServer(parseEnv(readEnvironment()));
  process.on('SIGINT', server.stop);
  process.on('SIGTERM', server.stop);
} catch (error) {
  if (error instanceof OptionsError) {
    console.error(describeFaults('Latchkey cannot start with this environment:', error));
  } else {
    console.error(error instanceof Error ? error.message : error);
  }
  process.exit(1);
}
