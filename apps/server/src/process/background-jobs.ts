import { SYSTEM } from '@latchkey/core';
import type { Env } from '../config/env.ts';
import { pruneAudit } from '../features/audit/prune-audit.ts';
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
 * Starts the background jobs: sealing the audit log and removing what its retention does not keep,
 * purging expired data and rotating keys, each on one node at a time.
 */
export function startBackgroundJobs(
  { database, clock, seals, auditCounts, retention, purgeable, keys, keyChanges }: Services,
  env: Env,
  logger: Logger,
): { stop(): Promise<void> } {
  const { auditRetentionDays: retentionDays } = env;
  const spans = auditSpans(appTables(database));
  return startJobs(
    [
      {
        name: 'seal the audit log',
        everySeconds: env.auditSealSeconds,
        async run(keep) {
          await sealAudit(seals, clock, logger, keep);
          await auditCounts.keepUp();
        },
      },
      {
        name: 'summarize the audit log by time',
        everySeconds: SPANS_SECONDS,
        run: (goOn) => spans.summarize(goOn),
      },
      {
        name: 'purge sessions',
        everySeconds: env.purgeSeconds,
        async run(goOn, signal) {
          const expiredBy = clock.now() - KEEP_EXPIRED_SECONDS * 1000;
          await purgeSessions(purgeable, expiredBy, { goOn, signal });
        },
      },
      ...(retentionDays === null
        ? []
        : [
            {
              name: 'prune the audit log',
              everySeconds: env.purgeSeconds,
              run: (goOn: () => Promise<boolean>, signal: AbortSignal) =>
                pruneAudit(retention, retentionDays, { clock, logger }, { goOn, signal }),
            },
          ]),
      {
        name: 'rotate keys',
        everySeconds: keys.schedule.leadSeconds / 2,
        run: () => keyChanges.rotateDueKeys(SYSTEM),
      },
    ],
    { leases: sqlLeases(appTables(database)), clock, logger },
  );
}
