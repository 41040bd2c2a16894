import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Starts an attacker's server with one empty page: on `127.0.0.1` it is another site than
 * `localhost`, on `localhost` it is the same site with another port.
 */
export async function startForeignServer(): Promise<{
  readonly port: number;
  close(): Promise<void>;
}> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>Another site</title><iframe name="sink"></iframe>');
  }).listen(0);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
