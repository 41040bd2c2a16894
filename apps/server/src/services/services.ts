import {
  type Clock,
  createSessionLayer,
  deriveAuditKeys,
  deriveDeviceKeys,
  noticeLifetimeSeconds,
  parseSessionOptions,
  type SessionLayer,
  type SessionStore,
} from '@latchkey/core';
import { type AgeableStore, ageableStore } from '@latchkey/devtools/server';
import { type DeviceTokens, tracedStore } from '@latchkey/http';
import {
  type AuditRetention,
  type AuditSeals,
  type SqlAuditLog,
  type SqlDatabase,
  type SqlLiveSessions,
  sqlAuditLog,
  sqlAuditRetention,
  sqlAuditSeals,
  sqlLiveSessions,
  sqlRevocationFeed,
} from '@latchkey/sql';
import { type StreamRegistry, streamRegistry } from '@latchkey/trpc/streams';
import type { Env } from '../config/env.ts';
import { developmentSecret } from '../config/secret.ts';
import { type Accounts, createAccounts } from '../features/accounts/accounts.ts';
import { type PasswordHasher, passwordHasher } from '../features/accounts/passwords.ts';
import { type UserLists, userLists } from '../features/accounts/search/user-lists.ts';
import { appClaims } from '../features/accounts/user-account.ts';
import { sqlUserStore, type UserStore } from '../features/accounts/user-store.ts';
import { type SqlAuditSearch, sqlAuditSearch } from '../features/audit/audit-search.ts';
import { type AuditTail, auditTail } from '../features/audit/audit-tail.ts';
import { type AuditTrail, auditTrail } from '../features/audit/audit-trail.ts';
import { countedFirst, type KeptCounts, keptCounts } from '../features/audit-counts/keep-counts.ts';
import { type KeyChanges, keyChanges } from '../features/keys/key-changes.ts';
import { type Keys, openKeys } from '../features/keys/open-keys.ts';
import { deviceTokens } from '../features/limits/device-token.ts';
import { limitAccounts } from '../features/limits/limit-accounts.ts';
import { createLimits, type Limits } from '../features/limits/limits.ts';
import { createMetrics, type Metrics } from '../features/metrics/metrics.ts';
import { nodeGauges } from '../features/metrics/node-gauges.ts';
import { type SqlNotices, sqlNotices, withNotices } from '../features/notices/notices.ts';
import { createReceipts, type Receipts, withReceipts } from '../features/receipts/receipts.ts';
import { sqlSessionReceipts } from '../features/receipts/session-receipts.ts';
import {
  KEEP_RECEIPTS_SECONDS,
  type PurgeDependencies,
} from '../features/sessions/purge-sessions.ts';
import type { Logger } from '../process/log.ts';
import { appTables, openAppDatabase } from './app-database.ts';
import { closeAll } from './close-all.ts';
import { followDatabase } from './database-clock.ts';
import { openSessions } from './open-sessions.ts';
import { searchWarnings } from './text-search.ts';

/** All services behind the server's HTTP surface and behind the CLI commands. */
export interface Services {
  readonly clock: Clock;
  readonly database: SqlDatabase;
  readonly users: UserStore;
  readonly userLists: UserLists;
  readonly layer: SessionLayer;
  readonly accounts: Accounts;
  readonly hasher: PasswordHasher;
  readonly limits: Limits;
  /** Issues and verifies the tokens of devices from which users have signed in. */
  readonly devices: DeviceTokens;
  readonly trail: AuditTrail;
  readonly metrics: Metrics;
  readonly auditLog: SqlAuditLog;
  readonly auditSearch: SqlAuditSearch;
  readonly auditCounts: KeptCounts;
  readonly tail: AuditTail;
  /** The open streams: subscriptions and WebSockets. */
  readonly streams: StreamRegistry;
  readonly seals: AuditSeals;
  readonly retention: AuditRetention;
  readonly keys: Keys;
  readonly keyChanges: KeyChanges;
  readonly store: SessionStore;
  /** The same store while the inspector may skip waiting times; null otherwise. */
  readonly ageable: AgeableStore | null;
  /** The live sessions of all users; `null` if sessions are in Redis, which stores them by user. */
  readonly liveSessions: SqlLiveSessions | null;
  /** Explains why sessions ended. */
  readonly receipts: Receipts;
  /** What users have to be told until they have dealt with it. */
  readonly notices: SqlNotices;
  readonly purgeable: PurgeDependencies;
  /** Where the data is stored, in words for the operator. */
  readonly description: string;
  /** Checks the stores; rejects when one cannot answer. */
  check(): Promise<void>;
  /** Writes pending data, then closes every connection to a store. */
  close(): Promise<void>;
}

export interface ServicesOptions {
  readonly logger: Logger;
  /** Replaces the database's clock in tests. */
  readonly clock?: Clock;
  /** Wraps the session store in crash tests. */
  readonly wrapStore?: (store: SessionStore) => SessionStore;
  /** The password hasher, by default with production's cost parameters. */
  readonly hasher?: PasswordHasher;
  /** Replaces steps of opening the services in tests. */
  readonly steps?: Partial<typeof STEPS>;
}

/**
 * The steps of opening the services, in order: each opens a resource, or can fail after one is
 * open.
 */
const STEPS = {
  database: openAppDatabase,
  sessions: openSessions,
  clock: followDatabase,
  keys: openKeys,
  trail: auditTrail,
  layer: createSessionLayer,
  accounts: createAccounts,
};

/**
 * Opens the stores and assembles the services. If a step fails, the resources opened before it are
 * closed.
 *
 * @throws Error with one sentence that names the fault and its fix
 */
export async function openServices(env: Env, options: ServicesOptions): Promise<Services> {
  const opened = new AsyncDisposableStack();
  try {
    return await open(env, options, opened);
  } catch (error) {
    /** Ignores faults of closing: the fault of opening is the one to fix. */
    await opened.disposeAsync().catch(() => {});
    throw error;
  }
}

async function open(
  env: Env,
  {
    logger,
    clock: given,
    wrapStore = (store) => store,
    hasher = passwordHasher(),
    steps,
  }: ServicesOptions,
  opened: AsyncDisposableStack,
): Promise<Services> {
  const step = { ...STEPS, ...steps };
  const secrets = env.secrets.length > 0 ? env.secrets : [developmentSecret(env.databaseUrl)];
  const database = opened.adopt(await step.database(env.databaseUrl, env.database), close);
  const tables = appTables(database);
  const warnings = [...database.warnings, ...(await searchWarnings(tables))];
  for (const warning of warnings) logger.warn({ event: 'database.warning', warning });
  const sessions = opened.adopt(await step.sessions(env, database, logger), close);
  const clock = given ?? opened.adopt(await step.clock(database, logger), close);
  const keys = opened.adopt(await step.keys(env, { secrets, database, clock, logger }), close);
  const users = sqlUserStore(tables);
  const kept = sqlSessionReceipts(tables);
  const notices = sqlNotices(tables);
  const auditLog = withReceipts(withNotices(sqlAuditLog(database), notices), kept);
  const metrics = createMetrics();
  const trail = opened.adopt(step.trail(auditLog, logger, clock, metrics.onEvent), close);
  const wrapped = wrapStore(tracedStore(sessions.store));
  const ageable = env.demo ? ageableStore(wrapped) : null;
  const store = ageable ?? wrapped;
  const revocationFeed = sqlRevocationFeed(database, clock);
  const keepSeconds = noticeLifetimeSeconds(parseSessionOptions(env.session));
  const feed = metrics.timedFeed(sessions.makeFaster(revocationFeed, { clock, keepSeconds }), () =>
    clock.now(),
  );
  const counters = sessions.counters(clock);
  const limits = createLimits(env.limits, { counters, clock });
  limits.onLimited((kind, key, retryAfterSeconds) => {
    metrics.limited(kind);
    logger.warn({ event: 'limited', kind, key, retryAfterSeconds });
  });
  const untimed = step.layer({
    options: env.session,
    ring: keys.ring,
    store,
    users,
    claims: appClaims,
    clock,
    feed,
    auditLog,
    onEvent: trail.onEvent,
  });
  const layer = opened.adopt(metrics.timed(untimed), close);
  const streams = streamRegistry(env.streams, clock);
  const liveSessions = env.redisUrl === null ? sqlLiveSessions(database) : null;
  const auditKeys = deriveAuditKeys(secrets);
  const auditCounts = keptCounts(tables);
  nodeGauges(metrics, { streams, hasher, layer, liveSessions, clock });

  return {
    clock,
    database,
    users,
    userLists: userLists(tables),
    layer,
    accounts: limitAccounts(await step.accounts({ users, layer, trail, hasher, clock }), {
      users,
      limits,
      hasher,
    }),
    hasher,
    limits,
    devices: deviceTokens(deriveDeviceKeys(secrets)),
    trail,
    metrics,
    auditLog,
    auditSearch: sqlAuditSearch(tables),
    auditCounts,
    tail: auditTail(auditLog, clock, (err) => logger.warn({ event: 'audit.tail.failed', err })),
    streams,
    seals: sqlAuditSeals(database, auditKeys),
    retention: countedFirst(auditCounts, sqlAuditRetention(database, auditKeys, clock)),
    keys,
    keyChanges: keyChanges({ keys, trail, clock, algorithm: env.algorithm }),
    store,
    ageable,
    liveSessions,
    notices,
    receipts: createReceipts({ kept, store, clock }),
    purgeable: {
      store,
      counters,
      revocations: sessions.revocations,
      notices: {
        purge: (expiredBy, limit) => revocationFeed.purge(expiredBy - keepSeconds * 1000, limit),
      },
      receipts: {
        purge: (expiredBy, limit) => kept.purge(expiredBy - KEEP_RECEIPTS_SECONDS * 1000, limit),
      },
    },
    description: sessions.description,
    check: sessions.check,
    close: () => closeAll(opened),
  };
}

const close = (opened: { close(): void | Promise<void> }) => opened.close();
