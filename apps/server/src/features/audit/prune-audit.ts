import { type Clock, type PurgeOptions, SYSTEM } from '@latchkey/core';
import type { AuditRetention } from '@latchkey/sql';
import type { Logger } from '../../process/log.ts';

const DAY_MS = 86_400_000;

/**
 * Removes the audit events that are older than the retention allows. A broken log is reported and
 * kept: it is evidence.
 */
export async function pruneAudit(
  retention: AuditRetention,
  retentionDays: number,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  options: PurgeOptions,
): Promise<void> {
  const before = clock.now() - retentionDays * DAY_MS;
  const result = await retention.prune({ before, actor: SYSTEM, ...options });
  if (result.deleted > 0) logger.info({ event: 'audit.pruned', events: result.deleted, before });
  if (result.kind === 'broken')
    logger.error({ event: 'audit.broken', seal: result.seal, why: result.why });
}
