import { printMachine } from './print.ts';
import { printRatios } from './ratios.ts';
import { startServers } from './servers.ts';

/** `npm run bench`: ratios against the bare thing, in about two minutes. */
const servers = await startServers();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void servers.stop().finally(() => process.exit(130)));
try {
  await printRatios(servers);
  printMachine(await servers.versions());
} finally {
  await servers.stop();
}
