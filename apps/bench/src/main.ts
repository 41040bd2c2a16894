import { parseArgs } from 'node:util';
import { printMachine } from './print.ts';
import { printRatios } from './ratios.ts';
import { printRevocation } from './revocation.ts';
import { printScale } from './scale.ts';
import { startServers } from './servers.ts';

/**
 * `npm run bench`: ratios against the bare thing, in under two minutes; with `--scale` large stores instead, which takes about twenty; with `--revocation`
 * how soon every node knows, in about four.
 */
const MIN_SESSIONS = 1_000;
const MAX_SESSIONS = 1_000_000;

const { scale, revocation, sessions } = options();
const servers = await startServers();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void servers.stop().finally(() => process.exit(130)));
try {
  if (revocation) await printRevocation(servers);
  else await (scale ? printScale(servers, sessions) : printRatios(servers));
  printMachine(await servers.versions());
} finally {
  await servers.stop();
}

function options(): { scale: boolean; revocation: boolean; sessions: number } {
  try {
    const { values } = parseArgs({
      options: { scale: { type: 'boolean', default: false }, revocation: { type: 'boolean', default: false }, sessions: { type: 'string' } },
    });
    const wanted = Number(values.sessions ?? MAX_SESSIONS);
    const fits = Number.isInteger(wanted) && wanted >= MIN_SESSIONS && wanted <= MAX_SESSIONS && (values.scale || values.sessions === undefined);
    if (fits && !(values.scale && values.revocation)) return { scale: values.scale, revocation: values.revocation, sessions: wanted };
  } catch {
    // Said below, with every other way to get it wrong.
  }
  console.error(`Usage: npm run bench -- [--revocation | --scale [--sessions N]], N from ${MIN_SESSIONS} to ${MAX_SESSIONS}.`);
  return process.exit(2);
}
