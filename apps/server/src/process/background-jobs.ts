import { SYSTEM } from '@latchkey/core';
import type { Env } from '../config/env.ts';
import { sealAudit } from '../features/audit/seal-audit.ts';
import { auditSpans } from '../features/audit/search/audit-spans.ts';
import { sqlLeases } from '../features/jobs/leases.ts';
import { KEEP_EXPIRED_SECONDS, purgeSessions } from '../features/sessions/purge-sessions.ts';
import { appTables } from '../services/app-database.ts';
import type { Services } from '../services/services.ts';
import { startJobs } from './jobs.ts';
import type { Logger } from './log.ts';

/** Seconds between two summaries: longer than any transaction that appends to the audit log. */
const SPANS_SECONDS = 60;

/**
 * Starts the background jobs: sealing the audit log, purging expired data and rotating keys, each
 * on one node at a time.
 */
export function startBackgroundJobs(
  { database, clock, seals, purgeable, keys, keyChanges }: Services,
  env: Env,
  logger: Logger,
): { stop(): Promise<void> } {
  const purge = (keep: () => Promise<boolean>) =>
    purgeSessions(purgeable, clock.now() - KEEP_EXPIRED_SECONDS * 1000, keep).then(() => {});
  const spans = auditSpans(appTables(database));
  return startJobs(
    [
      {
        name: 'seal the audit log',
        everySeconds: env.auditSealSeconds,
        run: (keep) => sealAudit(seals, clock, logger, keep),
      },
      {
        name: 'summarize the audit log by time',
        everySeconds: SPANS_SECONDS,
        run: (keep) => spans.summarize(keep),
      },
      { name: 'purge sessions', everySeconds: env.purgeSeconds, run: purge },
      {
        name: 'rotate keys',
        everySeconds: keys.schedule.leadSeconds / 2,
        run: () => keyChanges.rotateDueKeys(SYSTEM),
      },
    ],
    { leases: sqlLeases(appTables(database)), clock, logger },
  );
}
