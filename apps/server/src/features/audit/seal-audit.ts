import type { Clock } from '@latchkey/core';
import type { AuditSeals } from '@latchkey/sql';
import type { Logger } from '../../process/log.ts';

/** Events under one seal at most. */
const BATCH = 1_000;

/**
 * Seals whatever is not sealed yet. Each seal's hash goes to the log, which is kept elsewhere: `cli
 * audit verify --hash` proves by it that nothing is missing.
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
