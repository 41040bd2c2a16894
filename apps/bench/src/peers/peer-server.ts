import { once } from 'node:events';
import type { PeerArgument } from './peer-process.ts';
import { servePeer } from './serve-peer.ts';

/**
 * The entry point of a contestant's server process; its argument is a `PeerArgument` as JSON. It
 * sends its port, and then its resource usage whenever it receives a message.
 */
const argument: PeerArgument = JSON.parse(process.argv[2] ?? '');
const { port, figures } = await servePeer(argument);

process.on('message', () => {
  process.send?.(figures());
});
process.send?.({ port });
await once(process, 'disconnect');
process.exit(0);
