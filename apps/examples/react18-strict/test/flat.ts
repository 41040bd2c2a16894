import type { AddressInfo } from 'node:net';
import { createApp } from '../src/server/app';
import { openDb } from '../src/server/db';

/** A flat of its own, on a free port. */
export async function openFlat() {
  const db = await openDb();
  const server = createApp(db).listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return { db, origin, close: () => server.close() };
}
