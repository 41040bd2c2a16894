import { OptionsError } from '@latchkey/core';
import { describeFaults, parseEnv, readEnvironment } from './env.ts';
import { endInOrder } from './last-resort.ts';
import { localTls } from './local-tls.ts';
import { startServer } from './server.ts';

try {
  const env = parseEnv(readEnvironment());
  const [unknown] = process.argv.slice(2).filter((argument) => argument !== '--https');
  if (unknown !== undefined) throw new Error(`"${unknown}" is no option. There is: --https (development: serve https with a certificate of this machine).`);
  const https = process.argv.includes('--https');
  if (https && env.production) throw new Error('--https is for development. In production set TLS_CERT and TLS_KEY, or TRUST_PROXY.');
  endInOrder(await startServer(env, https ? { local: await localTls('.data/tls') } : {}));
} catch (error) {
  if (error instanceof OptionsError) {
    console.error(describeFaults('Latchkey cannot start with this environment:', error));
  } else {
    console.error(error instanceof Error ? error.message : error);
  }
  process.exit(1);
}
