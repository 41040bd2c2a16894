import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Client } from 'pg';
import type { Figures, PeerArgument } from './peer-process.ts';
import { mountBare } from './servers/bare.ts';
import { mountBetterAuth, mountCachedBetterAuth } from './servers/better-auth.ts';
import { mountDance } from './servers/dance.ts';
import { mountExpressSessionOnPostgres, mountExpressSessionOnRedis } from './servers/express-session.ts';
import { mountIron } from './servers/iron.ts';
import { mountJsonWebToken } from './servers/json-web-token.ts';
import { mountLatchkeyEs256, mountLatchkeyHs256, mountLatchkeyOnRedis } from './servers/latchkey.ts';
import type { MountPeer } from './servers/peer-app.ts';

/** A process with the server of one contestant; its argument is a `PeerArgument` as JSON. Sends its port, then its figures whenever it is sent anything. */
const { kind, settings }: PeerArgument = JSON.parse(process.argv[2] ?? '');

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

/** Every statement that this process sends to PostgreSQL passes through here, whoever sends it. */
let statements = 0;
const { query } = Client.prototype;
Client.prototype.query = function (this: Client, ...parameters: unknown[]) {
  statements += 1;
  return Reflect.apply(query, this, parameters);
} as typeof query;

const server = createServer();
// Longer than a contestant waits for its turn.
server.keepAliveTimeout = 300_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

const app = express().disable('x-powered-by');
await MOUNTS[kind](app, { ...settings, origin: `http://127.0.0.1:${port}` });
server.on('request', app);

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const figures: Figures = { cpuMicroseconds: user + system, statements };
  process.send?.(figures);
});
process.send?.({ port });
await once(process, 'disconnect');
process.exit(0);
