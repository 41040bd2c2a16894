import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { fileURLToPath } from 'node:url';
import { createSessionLayer, deriveKeyRing, OptionsError, systemClock } from '@latchkey/core';
import { openDatabase, sqlSessionStore, sqlUserStore } from '@latchkey/sql';
import { createApp } from './app.ts';
import { type Env, parseEnv, readEnvironment } from './env.ts';
import { createAccounts, createDemoAccounts, DEMO_ACCOUNTS } from './features/accounts/accounts.ts';
import { createLogger, logSecurityEvent } from './log.ts';
import { developmentSecret } from './secret.ts';

const WEB_DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));
const DRAIN_MS = 5_000;

await start().catch((error: unknown) => {
  if (error instanceof OptionsError) {
    console.error('Latchkey cannot start with this environment:');
    for (const { option, value, fix } of error.faults) console.error(`  ${option}${value === undefined ? '' : ` = ${JSON.stringify(value)}`} ${fix}`);
  } else {
    console.error(error instanceof Error ? error.message : error);
  }
  process.exit(1);
});

async function start(): Promise<void> {
  const env = parseEnv(readEnvironment());
  const logger = createLogger(env.logLevel, process.stdout.isTTY);
  const clock = systemClock;
  const secrets = env.secrets.length > 0 ? env.secrets : [developmentSecret(env.databaseUrl)];
  const ring = deriveKeyRing(secrets, env.algorithm);
  const tls = env.tls && { cert: readPem('TLS_CERT', env.tls.cert), key: readPem('TLS_KEY', env.tls.key) };

  const database = await openDatabase(env.databaseUrl);
  const users = sqlUserStore(database.db);
  const accounts = await createAccounts(users, clock);
  if (!env.production) await createDemoAccounts(accounts, users);
  const store = sqlSessionStore(database.db);
  const layer = createSessionLayer({ options: env.session, ring, store, users, clock, onEvent: (event) => logSecurityEvent(logger, event) });

  const origin = originOf(env);
  const app = createApp({
    layer,
    accounts,
    cookies: env.cookies,
    logger,
    origin,
    checkStore: database.check,
    trustProxy: env.trustProxy,
    httpsOnly: env.production,
    webDist: WEB_DIST,
    demo: !env.production,
  });
  const server = tls ? createHttpsServer(tls, app) : createHttpServer(app);

  server.once('error', (error: NodeJS.ErrnoException) => {
    console.error(listenFault(error, env));
    void database.close().finally(() => process.exit(1));
  });
  server.listen(env.port, env.host, () => {
    const { accessTokenSeconds, graceSeconds, idleSeconds } = layer.options;
    logger.info({ event: 'listening', url: origin, store: database.description, accessTokenSeconds, graceSeconds, idleSeconds, migrated: database.migrated });
    if (!env.production) console.log(banner(origin, database.description, layer.options));
  });

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ event: 'stopping', signal });
    setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
    server.close(async () => {
      await layer.close();
      await database.close();
      process.exit(0);
    });
    server.closeIdleConnections();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function originOf({ tls, port }: Env): string {
  return `${tls ? 'https' : 'http'}://localhost:${port}`;
}

function readPem(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`${name} names ${path}, which cannot be read (${error instanceof Error ? error.message : error}). Point it at a PEM file.`, {
      cause: error,
    });
  }
}

function listenFault({ code, message }: NodeJS.ErrnoException, { host, port }: Env): string {
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Stop what listens there, or start with another one: PORT=${port + 1} npm start`;
  if (code === 'EACCES') return `Port ${port} may not be opened by this user. Choose one above 1023: PORT=3000 npm start`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST is ${host}, which is no address of this machine. Use 127.0.0.1 or 0.0.0.0.`;
  return `The server cannot listen on ${host}:${port} (${message}).`;
}

function banner(
  origin: string,
  store: string,
  { accessTokenSeconds, graceSeconds, idleSeconds }: { accessTokenSeconds: number; graceSeconds: number; idleSeconds: number },
): string {
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
