import type { AuditKey, AuditKeyRing } from '@latchkey/core';
import { equalSecrets, mac } from '@latchkey/core/crypto';

const HASH_BYTES = 32;

/**
 * Makes the seal of a batch of audit lines and everything sealed before it: an HMAC-SHA-256.
 * Without the server's secret, write access to the database is not enough to make a seal that fits
 * changed lines.
 *
 * @param previous the hash of the seal before, '' for the first
 */
export function sealBatch(
  { auditSigning }: Pick<AuditKeyRing, 'auditSigning'>,
  previous: string,
  lines: readonly string[],
): { readonly keyId: number; readonly hash: string } {
  return { keyId: auditSigning.id, hash: hashOf(auditSigning, previous, lines) };
}

/** Whether a seal is the one that {@link sealBatch} made of these lines. */
export function sealHolds(
  { auditVerifying }: Pick<AuditKeyRing, 'auditVerifying'>,
  keyId: number,
  previous: string,
  lines: readonly string[],
  hash: string,
): boolean {
  return auditVerifying.some(
    (key) => key.id === keyId && equalSecrets(hashOf(key, previous, lines), hash),
  );
}

function hashOf({ key }: AuditKey, previous: string, lines: readonly string[]): string {
  return mac(key, Buffer.from(JSON.stringify([previous, ...lines])), HASH_BYTES).toString(
    'base64url',
  );
}
