import { parseArgs } from 'node:util';
import { printMachine } from './print.ts';
import { printRatios } from './ratios.ts';
import { printScale } from './scale.ts';
import { startServers } from './servers.ts';

/** `npm run bench`: ratios against the bare thing, in under two minutes; with `--scale` large stores instead, which takes about twenty. */
const MIN_SESSIONS = 1_000;
const MAX_SESSIONS = 1_000_000;

const { scale, sessions } = options();
const servers = await startServers();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void servers.stop().finally(() => process.exit(130)));
try {
  await (scale ? printScale(servers, sessions) : printRatios(servers));
  printMachine(await servers.versions());
} finally {
  await servers.stop();
}

function options(): { scale: boolean; sessions: number } {
  try {
    const { values } = parseArgs({ options: { scale: { type: 'boolean', default: false }, sessions: { type: 'string' } } });
    const wanted = Number(values.sessions ?? MAX_SESSIONS);
    const makesSense = Number.isInteger(wanted) && wanted >= MIN_SESSIONS && wanted <= MAX_SESSIONS && (values.scale || values.sessions === undefined);
    if (makesSense) return { scale: values.scale, sessions: wanted };
  } catch {
    // Said below, with every other way to get it wrong.
  }
  console.error(`Usage: npm run bench -- [--scale [--sessions N]], N from ${MIN_SESSIONS} to ${MAX_SESSIONS}.`);
  return process.exit(2);
}
