import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSessionLayer, deriveKeyRing, type SessionOptionsInput } from '@latchkey/core';
import { type Browser, createBrowser, settableClock } from '@latchkey/core/testing';
import { openDatabase, sqlSessionStore, sqlUserStore } from '@latchkey/sql';
import { createApp } from '../app.ts';
import { createAccounts, createDemoAccounts } from '../features/accounts/accounts.ts';
import { createLogger, logSecurityEvent } from '../log.ts';

export interface StartAppOptions {
  readonly session?: SessionOptionsInput;
  readonly databaseUrl?: string;
  readonly httpsOnly?: boolean;
  readonly trustProxy?: number;
}

/** The real app on a real port with the demo accounts, SQLite, a clock that stands still, and its log kept. */
export async function startApp({ session = {}, databaseUrl = 'memory:', httpsOnly = false, trustProxy }: StartAppOptions = {}) {
  const clock = settableClock();
  const lines: string[] = [];
  const logger = createLogger('info', false, { write: (line: string) => void lines.push(line) });
  const database = await openDatabase(databaseUrl);
  const users = sqlUserStore(database.db);
  const accounts = await createAccounts(users, clock);
  await createDemoAccounts(accounts, users);
  const ring = deriveKeyRing([Buffer.alloc(32, 1).toString('base64url')], 'HS256');
  const store = sqlSessionStore(database);
  const layer = createSessionLayer({ options: session, ring, store, users, clock, onEvent: (event) => logSecurityEvent(logger, event) });
  const app = createApp({
    layer,
    accounts,
    cookies: {},
    logger,
    publicOrigins: [],
    checkStore: database.check,
    trustProxy: trustProxy ?? null,
    httpsOnly,
    webDist: '/nonexistent',
    demo: true,
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    clock,
    users,
    store,
    layer,
    database,
    browser: (): Browser => createBrowser({ origin, clock }),
    /** The log so far, one object per line. */
    log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    rawLog: () => lines.join(''),
    async close(): Promise<void> {
      await layer.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    },
  };
}

export type TestServer = Awaited<ReturnType<typeof startApp>>;
