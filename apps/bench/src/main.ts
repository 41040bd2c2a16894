import { printFeed } from './feed/feed.ts';
import { printLists } from './lists/lists.ts';
import { type BenchOptions, parseBenchOptions } from './options.ts';
import { printPartitions } from './partitions/partitions.ts';
import { printPeers } from './peers/peers.ts';
import { printMachine } from './print.ts';
import { printRatios } from './ratios.ts';
import { printRevocation } from './revocation/revocation.ts';
import { TooLittleRoomError } from './scale/room.ts';
import { printScale } from './scale/scale.ts';
import { type Servers, startServers } from './servers.ts';

/** The measurements of `npm run bench`, by name. */
const MEASUREMENTS: Record<
  BenchOptions['what'],
  (servers: Servers, options: BenchOptions) => Promise<void>
> = {
  feed: printFeed,
  lists: (servers, { events }) => printLists(servers, events),
  partitions: (servers, { rows }) => printPartitions(servers, rows),
  peers: (servers, { rounds }) => printPeers(servers, rounds),
  ratios: printRatios,
  revocation: printRevocation,
  scale: (servers, { sessions }) => printScale(servers, sessions),
};

const options = parseBenchOptions(process.argv.slice(2));
if ('fault' in options) {
  console.error(options.fault);
  process.exit(2);
}
const servers = await startServers();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void servers.stop().finally(() => process.exit(130)));
try {
  await MEASUREMENTS[options.what](servers, options);
  printMachine(await servers.versions());
} catch (error) {
  if (!(error instanceof TooLittleRoomError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  await servers.stop();
}
