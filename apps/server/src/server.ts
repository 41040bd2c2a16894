import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { fileURLToPath } from 'node:url';
import { type SessionOptions, type SessionStore, SYSTEM } from '@latchkey/core';
import { sqlLeases } from '@latchkey/sql';
import { createApp } from './app.ts';
import type { Env } from './env.ts';
import { createDemoAccounts, DEMO_ACCOUNTS, refuseDemoAccounts } from './features/accounts/demo-accounts.ts';
import { sealAudit } from './features/audit/seal-audit.ts';
import { KEEP_EXPIRED_SECONDS, purgeSessions } from './features/sessions/purge-sessions.ts';
import { startJobs } from './jobs.ts';
import { createLogger } from './log.ts';
import { openServices } from './services.ts';

const WEB_DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));
/** How long requests under way may take once the server is told to stop. */
const DRAIN_MS = 5_000;

export interface RunningServer {
  /** Lets requests under way finish, writes what waits, closes the database and ends the process. */
  readonly stop: (signal: string) => void;
}

/**
 * Opens the database, listens, and says where.
 *
 * @param wrapStore lets a crash test stand between the protocol and the store
 * @throws Error in one sentence that says what is wrong and how to mend it
 */
export async function startServer(env: Env, wrapStore: (store: SessionStore) => SessionStore = (store) => store): Promise<RunningServer> {
  const logger = createLogger(env.logLevel, process.stdout.isTTY);
  const tls = env.tls && { cert: readPem('TLS_CERT', env.tls.cert), key: readPem('TLS_KEY', env.tls.key) };
  const services = await openServices(env, { logger, wrapStore });
  const { layer, users, hasher, clock, database, seals, purgeable, keys, keyChanges } = services;
  if (env.production) await refuseDemoAccounts(users, hasher);
  else await createDemoAccounts(users, hasher, clock);
  await keyChanges.adoptAlgorithm(SYSTEM);

  const origin = `${tls ? 'https' : 'http'}://localhost:${env.port}`;
  const { app, acceptWebSockets } = createApp({ services, env, logger, webDist: WEB_DIST });
  await layer.follow();
  const server = tls ? createHttpsServer(tls, app) : createHttpServer(app);
  acceptWebSockets(server);
  await listen(server, env).catch(async (error: unknown) => {
    await services.close();
    throw error;
  });

  const { accessTokenSeconds, graceSeconds, idleSeconds } = layer.options;
  logger.info({ event: 'listening', url: origin, store: services.description, accessTokenSeconds, graceSeconds, idleSeconds, migrated: database.migrated });
  if (!env.production) console.log(banner(origin, services.description, layer.options));

  const purge = (keep: () => Promise<boolean>) => purgeSessions(purgeable, clock.now() - KEEP_EXPIRED_SECONDS * 1000, keep).then(() => {});
  const jobs = startJobs(
    [
      { name: 'seal the audit log', everySeconds: env.auditSealSeconds, run: (keep) => sealAudit(seals, clock, logger, keep) },
      { name: 'purge sessions', everySeconds: env.purgeSeconds, run: purge },
      { name: 'roll keys over', everySeconds: keys.schedule.leadSeconds / 2, run: () => keyChanges.tend(SYSTEM) },
    ],
    { leases: sqlLeases(database), clock, logger },
  );

  let stopping = false;
  return {
    stop(signal) {
      if (stopping) return;
      stopping = true;
      logger.info({ event: 'stopping', signal });
      setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
      services.streams.stop();
      server.close(async () => {
        await jobs.stop();
        await services.close();
        process.exit(0);
      });
      /** Each as soon as its last answer is out. */
      setInterval(() => server.closeIdleConnections(), 50).unref();
    },
  };
}

function listen(server: Server, env: Env): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(listenFault(error, env), { cause: error })));
    server.listen(env.port, env.host, resolve);
  });
}

function readPem(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`${name} names ${path}, which cannot be read (${(error as Error).message}). Point it at a PEM file.`, { cause: error });
  }
}

function listenFault({ code, message }: NodeJS.ErrnoException, { host, port }: Env): string {
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Stop what listens there, or start with another one: PORT=${port + 1} npm start`;
  if (code === 'EACCES') return `Port ${port} may not be opened by this user. Choose one above 1023: PORT=3000 npm start`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST is ${host}, which is no address of this machine. Use 127.0.0.1 or 0.0.0.0.`;
  return `The server cannot listen on ${host}:${port} (${message}).`;
}

function banner(origin: string, store: string, { accessTokenSeconds, graceSeconds, idleSeconds }: SessionOptions): string {
  const accounts = DEMO_ACCOUNTS.map(({ username, password, role }) => `${username} / ${password} (${role})`).join(', ');
  return [
    '',
    `  Latchkey is at ${origin}   (API reference: ${origin}/scalar)`,
    `  Accounts       ${accounts}`,
    `  Store          ${store}`,
    `  Lifetimes      access token ${accessTokenSeconds} s, grace ${graceSeconds} s, session ${Math.round(idleSeconds / 8640) / 10} days idle`,
    '  Ctrl-C ends it.',
    '',
  ].join('\n');
}
