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

/** The settings of every step of the move. */
export interface Deployment {
  /** The app's database, in which express-session also keeps its sessions. */
  readonly pool: Pool;
  /** URL of the same database, for Latchkey's tables. */
  readonly databaseUrl: string;
  /** Secret of 32 bytes in base64url. */
  readonly secret: string;
  readonly clock: Clock;
}

/** An app in one of the steps of the move, as it is deployed. */
export interface Running {
  readonly app: Express;
  /** Latchkey's session layer; null in step 0. */
  readonly layer: SessionLayer | null;
  close(): Promise<void>;
}

/**
 * Opens the session layer of steps 1 and 2.
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
