import { OptionsError } from '@latchkey/core';
import { parseEnv, readEnvironment } from './env.ts';
import { startServer } from './server.ts';

try {
  const server = await startServer(parseEnv(readEnvironment()));
  process.on('SIGINT', server.stop);
  process.on('SIGTERM', server.stop);
} catch (error) {
  if (error instanceof OptionsError) {
    console.error('Latchkey cannot start with this environment:');
    for (const { option, value, fix } of error.faults) console.error(`  ${option}${value === undefined ? '' : ` = ${JSON.stringify(value)}`}: ${fix}`);
  } else {
    console.error(error instanceof Error ? error.message : error);
  }
  process.exit(1);
}
