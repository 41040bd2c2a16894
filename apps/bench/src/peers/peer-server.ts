import { once } from 'node:events';
import type { PeerArgument } from './peer-process.ts';
import { servePeer } from './serve-peer.ts';

/**
 * A process with the server of one contestant; its argument is a `PeerArgument` as JSON. Sends its
 * port, then its figures whenever it is sent anything.
 */
const argument: PeerArgument = JSON.parse(process.argv[2] ?? '');
const { port, figures } = await servePeer(argument);

process.on('message', () => {
  process.send?.(figures());
});
process.send?.({ port });
await once(process, 'disconnect');
process.exit(0);
