import {
  type AuditLog,
  type Clock,
  createSessionLayer,
  deriveKeyRing,
  type SessionLayer,
} from '@latchkey/core';
import { openDatabase, sqlAuditLog, sqlRevocationFeed, sqlSessionStore } from '@latchkey/sql';
import type { Express } from 'express';
import type { Pool } from 'pg';
import type { Library } from './library.ts';
import { asUser } from './users.ts';

/** The settings of every step. */
export interface Deployment {
  /** The library's database, in which express-session keeps its sessions too. */
  readonly pool: Pool;
  /** The same database, for Latchkey's tables. */
  readonly databaseUrl: string;
  /** 32 bytes in base64url. */
  readonly secret: string;
  readonly clock: Clock;
}

/** A deployed step. */
export interface Running {
  readonly app: Express;
  /** Null in step 0. */
  readonly layer: SessionLayer | null;
  close(): Promise<void>;
}

/**
 * The session layer of steps 1 and 2.
 *
 * @param onEvents called with security events, before their change is committed
 */
export async function openLayer(
  { databaseUrl, secret, clock }: Deployment,
  library: Library,
  onEvents: AuditLog['append'] = async () => {},
) {
  const database = await openDatabase(databaseUrl);
  const log = sqlAuditLog(database);
  const layer = createSessionLayer({
    ring: deriveKeyRing([secret]),
    store: sqlSessionStore(database),
    users: { findUser: async (id) => asUser(await library.byId(Number(id))) },
    clock,
    feed: sqlRevocationFeed(database, clock),
    auditLog: {
      transaction: (work) => log.transaction(work),
      afterCommit: (tell) => log.afterCommit(tell),
      async append(events) {
        await log.append(events);
        await onEvents(events);
      },
    },
  });
  await layer.start();
  return {
    layer,
    async close(): Promise<void> {
      await layer.close();
      await database.close();
    },
  };
}
