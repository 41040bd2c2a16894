import { OptionsError } from '@latchkey/core';
import { parseEnv } from '../config/env.ts';
import { describeFaults } from '../config/env-faults.ts';
import { localTls } from '../config/local-tls.ts';
import { type RunningServer, startServer } from './server.ts';

/** The server's command-line options. */
const OPTIONS = {
  '--https': 'development: serves HTTPS with a local certificate',
  '--demo':
    'development: enables the demo accounts and the inspector also if HOST is not a loopback address',
};

/**
 * Starts the server from its command line and environment.
 *
 * @param parameters the arguments of the command line
 * @param environment reads the variables
 * @returns the running server, or a message for people that says why it cannot start, and the fix
 */
export async function startUp(
  parameters: readonly string[],
  environment: () => Readonly<Record<string, string | undefined>>,
): Promise<RunningServer | string> {
  try {
    const unknown = parameters.find((parameter) => !Object.hasOwn(OPTIONS, parameter));
    if (unknown !== undefined)
      return `"${unknown}" is not an option. The options are: ${Object.entries(OPTIONS)
        .map(([name, meaning]) => `${name} (${meaning})`)
        .join(', ')}.`;
    const env = parseEnv(environment(), { demo: parameters.includes('--demo') });
    const https = parameters.includes('--https');
    if (https && env.production)
      return '--https is for development. In production set TLS_CERT and TLS_KEY, or TRUST_PROXY.';
    return await startServer(env, https ? { local: await localTls('.data/tls') } : {});
  } catch (error) {
    if (error instanceof OptionsError)
      return describeFaults('Latchkey cannot start with this environment:', error);
    return error instanceof Error ? error.message : String(error);
  }
}
