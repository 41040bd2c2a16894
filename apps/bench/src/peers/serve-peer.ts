import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Client } from 'pg';
import type { Figures, PeerArgument } from './peer-process.ts';
import { mountBare } from './servers/bare.ts';
import { mountBetterAuth, mountCachedBetterAuth } from './servers/better-auth.ts';
import { mountDance } from './servers/dance.ts';
import {
  mountExpressSessionOnPostgres,
  mountExpressSessionOnRedis,
} from './servers/express-session.ts';
import { mountIron } from './servers/iron.ts';
import { mountJsonWebToken } from './servers/json-web-token.ts';
import {
  mountLatchkeyEs256,
  mountLatchkeyHs256,
  mountLatchkeyOnRedis,
} from './servers/latchkey.ts';
import type { MountPeer } from './servers/peer-app.ts';

const MOUNTS: Record<PeerArgument['kind'], MountPeer> = {
  bare: mountBare,
  jsonwebtoken: mountJsonWebToken,
  'iron-session': mountIron,
  'express-session-redis': mountExpressSessionOnRedis,
  'express-session-postgres': mountExpressSessionOnPostgres,
  'better-auth': mountBetterAuth,
  'better-auth-cached': mountCachedBetterAuth,
  'latchkey-hs256': mountLatchkeyHs256,
  'latchkey-es256': mountLatchkeyEs256,
  'latchkey-redis': mountLatchkeyOnRedis,
  dance: mountDance,
};

/**
 * Number of statements by database name. Each statement that this process sends to PostgreSQL, from
 * any library, is counted here.
 */
const statements = new Map<string | undefined, number>();
const { query } = Client.prototype;
Client.prototype.query = function (this: Client, ...parameters: unknown[]) {
  statements.set(this.database, (statements.get(this.database) ?? 0) + 1);
  return Reflect.apply(query, this, parameters);
} as typeof query;

/** A contestant's server that runs in the same process. */
export interface ServedPeer {
  readonly port: number;
  /** Returns the resource usage; its processor time is that of the whole process. */
  figures(): Figures;
  close(): Promise<void>;
}

export async function servePeer({ kind, settings }: PeerArgument): Promise<ServedPeer> {
  const server = createServer();
  // The timeout of idle connections is longer than a contestant waits for its turn.
  server.keepAliveTimeout = 300_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const app = express().disable('x-powered-by');
  const closeStores = await MOUNTS[kind](app, { ...settings, origin: `http://127.0.0.1:${port}` });
  server.on('request', app);
  const database = new URL(settings.databaseUrl).pathname.slice(1);
  return {
    port,
    figures() {
      const { user, system } = process.cpuUsage();
      return { cpuMicroseconds: user + system, statements: statements.get(database) ?? 0 };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await closeStores?.();
    },
  };
}
