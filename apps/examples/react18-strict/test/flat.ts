import type { AddressInfo } from 'node:net';
import { createApp } from '../src/server/app';
import { openDb } from '../src/server/db';
import { openSessions } from '../src/server/sessions';

/** A flat of its own, on a free port. */
export async function openFlat() {
  const services = await openSessions(await openDb(), 'memory:');
  const server = createApp(services).listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    ...services,
    origin,
    async close() {
      server.close();
      await services.layer.close();
      await services.database.close();
    },
  };
}
