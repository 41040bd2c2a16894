import type { AddressInfo } from 'node:net';
import { type SessionOptionsInput, SYSTEM } from '@latchkey/core';
import {
  type Browser,
  createBrowser,
  type SettableClock,
  settableClock,
} from '@latchkey/core/testing';
import { createApp } from '../app.ts';
import { type Env, parseEnv } from '../config/env.ts';
import { backPressure } from '../edge/overload/back-pressure.ts';
import { readinessGate } from '../edge/readiness.ts';
import { createDemoAccounts } from '../features/accounts/demo-accounts.ts';
import type { PasswordHasher } from '../features/accounts/passwords.ts';
import { startBackgroundJobs } from '../process/background-jobs.ts';
import { createServer, type RequestTimes } from '../process/http-server.ts';
import { createLogger } from '../process/log.ts';
import { openServices } from '../services/services.ts';
import { cheapHasher } from './cheap-hasher.ts';

export interface StartAppOptions {
  readonly session?: SessionOptionsInput;
  readonly databaseUrl?: string;
  readonly httpsOnly?: boolean;
  readonly trustProxy?: number;
  readonly publicOrigins?: readonly string[];
  readonly webDist?: string;
  readonly signUpOpen?: boolean;
  readonly reauthenticationSeconds?: number;
  /** Additional environment variables for the app. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly clock?: SettableClock;
  /** Whether the background jobs run, as in a server process. */
  readonly jobs?: boolean;
  /**
   * The password hasher, by default `cheapHasher()`; a test about hashing passes
   * `passwordHasher()`.
   */
  readonly hasher?: PasswordHasher;
  /** Timeouts of incoming requests; by default those of production. */
  readonly times?: RequestTimes;
}

const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 1').toString('base64url');
/**
 * Value of MAX_DELAY_SECONDS for tests: timers are late on a machine that runs other tests in
 * parallel. Load shedding has its own tests.
 */
const MAX_DELAY_SECONDS = '30';

/**
 * Starts the real app on a real port with the demo accounts, SQLite, a manual clock, and a captured
 * log.
 */
export async function startApp({
  session = {},
  databaseUrl = 'memory:',
  httpsOnly = false,
  trustProxy,
  publicOrigins = [],
  webDist = '/nonexistent',
  signUpOpen = true,
  reauthenticationSeconds = 600,
  variables = {},
  clock = settableClock(),
  jobs: withJobs = false,
  hasher = cheapHasher(),
  times,
}: StartAppOptions = {}) {
  const lines: string[] = [];
  const logger = createLogger('info', false, { write: (line: string) => void lines.push(line) });
  const parsed = parseEnv({
    DATABASE_URL: databaseUrl,
    LATCHKEY_SECRET,
    MAX_DELAY_SECONDS,
    ...variables,
  });
  const env: Env = {
    ...parsed,
    session,
    publicOrigins,
    signUpOpen,
    reauthenticationSeconds,
    trustProxy: trustProxy ?? null,
    production: httpsOnly,
    demo: parsed.demo && !httpsOnly,
  };
  const services = await openServices(env, { logger, clock, hasher });
  const { users, layer } = services;
  await layer.start();
  await createDemoAccounts(users, hasher, clock);
  if (withJobs) await services.keyChanges.adoptAlgorithm(SYSTEM);
  const jobs = withJobs ? startBackgroundJobs(services, env, logger) : null;
  const pressure = backPressure(env.backPressure);
  const { app, acceptWebSockets } = createApp({
    services,
    env,
    logger,
    gate: readinessGate(services),
    pressure,
    webDist,
  });
  const { maxConnections } = env;
  const server = createServer(app, {
    tls: null,
    maxConnections,
    behindProxy: env.trustProxy !== null,
    ...(times && { times }),
  }).listen(0, '127.0.0.1');
  acceptWebSockets(server);
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    ...services,
    origin,
    pressure,
    browser: (userAgent?: string): Browser =>
      createBrowser({ origin, clock, ...(userAgent !== undefined && { userAgent }) }),
    /** Returns the log so far, one object for each line. */
    log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    rawLog: () => lines.join(''),
    clock,
    async close(): Promise<void> {
      pressure.stop();
      services.streams.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await jobs?.stop();
      await services.close();
    },
  };
}

export type TestServer = Awaited<ReturnType<typeof startApp>>;
