import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type Clock, type SessionOptions, type SessionStore, SYSTEM } from '@latchkey/core';
import { createApp } from '../app.ts';
import type { Env } from '../config/env.ts';
import type { LocalTls } from '../config/local-tls.ts';
import { backPressure } from '../edge/overload/back-pressure.ts';
import { readinessGate } from '../edge/readiness.ts';
import {
  createDemoAccounts,
  describeDemoAccounts,
  describeMissingDemoAccounts,
  refuseDemoAccounts,
} from '../features/accounts/demo-accounts.ts';
import { openServices, type Services } from '../services/services.ts';
import { startBackgroundJobs } from './background-jobs.ts';
import { type DrainLimits, drain, EXIT } from './drain.ts';
import { createServer } from './http-server.ts';
import { createLogger, type Logger } from './log.ts';
import { terminalText } from './terminal-text.ts';

const WEB_DIST = fileURLToPath(new URL('../../../web/dist', import.meta.url));
/**
 * Connections that may wait to be accepted, where the system allows as many. With Node's default,
 * 511, a rush overflows the queue, and Linux resets connections that clients believe to be open.
 */
const BACKLOG = 4_096;
/** Seconds that requests under way may take after an unexpected error. */
const FAULT_DRAIN_SECONDS = 2;

export interface RunningServer {
  /**
   * Stops the server: waits for requests under way, writes pending data, closes the stores and ends
   * the process.
   */
  readonly stop: (signal: string) => void;
  /** Ends the process at once. */
  readonly abandon: (signal: string) => void;
  /** Stops the server after an unhandled error: as `stop` does, but within seconds. */
  readonly fail: (error: unknown, origin: string) => void;
}

export interface StartOptions {
  /** Wraps the session store in crash tests. */
  readonly wrapStore?: (store: SessionStore) => SessionStore;
  /** Replaces the database's clock in tests. */
  readonly clock?: Clock;
  /** A local development certificate, used in place of `TLS_CERT`. */
  readonly local?: LocalTls;
}

/**
 * Opens the stores, starts to listen, and prints the address.
 *
 * @throws Error with one sentence that names the fault and its fix
 */
export async function startServer(
  env: Env,
  { wrapStore = (store) => store, clock: given, local }: StartOptions = {},
): Promise<RunningServer> {
  const logger = createLogger(env.logLevel, process.stdout.isTTY);
  const tls =
    local ??
    (env.tls && { cert: readPem('TLS_CERT', env.tls.cert), key: readPem('TLS_KEY', env.tls.key) });
  const services = await openServices(env, { logger, wrapStore, ...(given && { clock: given }) });
  const { layer, users, hasher, clock, database } = services;
  const origin = `${tls ? 'https' : 'http'}://localhost:${env.port}`;
  const { server, gate } = await serve(services, { env, logger, tls }).catch(
    async (error: unknown) => {
      await services.close().catch(() => {});
      throw error;
    },
  );

  const { accessTokenSeconds, graceSeconds, idleSeconds } = layer.options;
  logger.info({
    event: 'listening',
    url: origin,
    store: services.description,
    accessTokenSeconds,
    graceSeconds,
    idleSeconds,
    migrated: database.migrated,
  });
  if (!env.production) {
    const accounts = env.demo
      ? describeDemoAccounts()
      : await describeMissingDemoAccounts(users, hasher, env.host);
    console.log(
      terminalText(
        banner({ origin, accounts, store: services.description, options: layer.options, local }),
      ),
    );
  }

  const jobs = startBackgroundJobs(services, env, logger);

  const draining = drain({
    server,
    gate,
    clock,
    onCutOff: (what) => logger.error({ event: 'stopping.cut_off', ...what }),
    endStreams: () => services.streams.stop(),
    async close() {
      await jobs.stop();
      await services.close();
    },
  });
  let exit: number = EXIT.clean;
  let stopping = false;
  function end(limits: DrainLimits): void {
    if (stopping) return;
    stopping = true;
    draining.run(limits).then(
      (clean) => process.exit(exit || (clean ? EXIT.clean : EXIT.cutOff)),
      () => process.exit(EXIT.fault),
    );
  }
  return {
    stop(signal) {
      if (!stopping)
        logger.info({
          event: 'stopping',
          signal,
          leadSeconds: env.drainLeadSeconds,
          drainSeconds: env.drainSeconds,
        });
      end({ leadSeconds: env.drainLeadSeconds, drainSeconds: env.drainSeconds });
    },
    abandon(signal) {
      logger.warn({ event: 'stopping.abandoned', signal });
      process.exit(exit || EXIT.cutOff);
    },
    fail(error, origin) {
      exit = EXIT.fault;
      logger.fatal({ event: 'fault.unforeseen', origin, err: error });
      end({ leadSeconds: 0, drainSeconds: Math.min(env.drainSeconds, FAULT_DRAIN_SECONDS) });
    },
  };
}

interface ServeOptions {
  readonly env: Env;
  readonly logger: Logger;
  readonly tls: { readonly cert: string | Buffer; readonly key: string | Buffer } | null;
}

/** Prepares the accounts and keys, and starts to listen. */
async function serve(services: Services, { env, logger, tls }: ServeOptions) {
  const { layer, users, hasher, clock, keyChanges } = services;
  if (env.production) await refuseDemoAccounts(users, hasher);
  else if (env.demo) await createDemoAccounts(users, hasher, clock);
  await keyChanges.adoptAlgorithm(SYSTEM);

  const gate = readinessGate(services);
  const pressure = backPressure(env.backPressure);
  try {
    const { app, acceptWebSockets } = createApp({
      services,
      env,
      logger,
      gate,
      pressure,
      webDist: WEB_DIST,
    });
    await layer.start();
    const server = createServer(app, {
      tls,
      maxConnections: env.maxConnections,
      behindProxy: env.trustProxy !== null,
    });
    acceptWebSockets(server);
    await listen(server, env);
    return { server, gate };
  } catch (error) {
    pressure.stop();
    throw error;
  }
}

function listen(server: Server, env: Env): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(listenFault(error, env), { cause: error })),
    );
    server.listen({ port: env.port, host: env.host, backlog: BACKLOG }, resolve);
  });
}

function readPem(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(
      `${name} names ${path}, which cannot be read (${(error as Error).message}). Set it to the path of a PEM file.`,
      { cause: error },
    );
  }
}

function listenFault({ code, message }: NodeJS.ErrnoException, { host, port }: Env): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use. Stop the program that listens there, or use another port: PORT=${port + 1} npm start`;
  if (code === 'EACCES')
    return `Port ${port} cannot be opened by this user. Use a port above 1023: PORT=3000 npm start`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST is ${host}, which is not an address of this machine. Use 127.0.0.1 or 0.0.0.0.`;
  return `The server cannot listen on ${host}:${port} (${message}).`;
}

interface Banner {
  readonly origin: string;
  readonly accounts: string;
  readonly store: string;
  readonly options: SessionOptions;
  readonly local: LocalTls | undefined;
}

function banner({
  origin,
  accounts,
  store,
  options: { accessTokenSeconds, graceSeconds, idleSeconds },
  local,
}: Banner): string {
  return [
    '',
    `  Latchkey is at ${origin}   (API reference: ${origin}/scalar)`,
    `  Accounts       ${accounts}`,
    `  Store          ${store}`,
    `  Lifetimes      access token ${accessTokenSeconds} s, grace ${graceSeconds} s, session ${Math.round(idleSeconds / 8640) / 10} days idle`,
    ...(local
      ? [
          `  Certificate    signed by ${local.authority}: a browser that trusts this file shows no warning`,
        ]
      : []),
    '  Press Ctrl-C to stop.',
    '',
  ].join('\n');
}
