import type { Clock } from '@latchkey/core';
import type { AuditSeals } from '@latchkey/sql';
import type { Logger } from '../../process/log.ts';

/** Maximum number of audit events under one seal. */
const BATCH = 1_000;

/**
 * Seals all unsealed audit events. Each seal's hash is logged; `cli audit verify --hash` proves
 * with it that no seal is missing.
 */
export async function sealAudit(
  seals: AuditSeals,
  clock: Clock,
  logger: Logger,
  keep: () => boolean | Promise<boolean>,
): Promise<void> {
  do {
    const seal = await seals.seal(clock.now(), BATCH);
    if (!seal) return;
    logger.info({ event: 'audit.sealed', seal: seal.id, events: seal.events, hash: seal.hash });
    if (seal.events < BATCH) return;
  } while (await keep());
}
