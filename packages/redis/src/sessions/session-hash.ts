import type { SessionRecord } from '@latchkey/core';

/**
 * A session's fields in Redis. A `null` field is left out, so that it differs from an empty text.
 */
export type SessionHash = Readonly<Record<string, string>>;

/** Returns alternating fields and values for HSET, without `null` fields. */
export function hashFields(fields: Partial<SessionRecord>): string[] {
  const flat: string[] = [];
  for (const [field, value] of Object.entries(fields))
    if (value !== null) flat.push(field, String(value));
  return flat;
}

/** Converts HGETALL's reply inside a script, alternating fields and values, to a hash. */
export function hashOf(reply: readonly string[]): SessionHash {
  const hash: Record<string, string> = {};
  for (let at = 0; at + 1 < reply.length; at += 2) hash[reply[at] ?? ''] = reply[at + 1] ?? '';
  return hash;
}

/**
 * Converts a hash to a session record; `null` for the empty hash, Redis's reply for a missing key.
 */
export function recordOf(hash: SessionHash): SessionRecord | null {
  if (hash.id === undefined) return null;
  const text = (field: keyof SessionRecord) => hash[field] ?? null;
  const number = (field: keyof SessionRecord) =>
    hash[field] === undefined ? null : Number(hash[field]);
  const fields: Record<keyof SessionRecord, string | number | null> = {
    id: text('id'),
    userId: text('userId'),
    username: text('username'),
    generation: number('generation'),
    secretHash: text('secretHash'),
    previousSecretHash: text('previousSecretHash'),
    sealedSuccessor: text('sealedSuccessor'),
    deliveredAt: number('deliveredAt'),
    acknowledgedAt: number('acknowledgedAt'),
    tokenVersion: number('tokenVersion'),
    createdAt: number('createdAt'),
    authenticatedAt: number('authenticatedAt'),
    lastSeenAt: number('lastSeenAt'),
    idleExpiresAt: number('idleExpiresAt'),
    absoluteExpiresAt: number('absoluteExpiresAt'),
    revokedAt: number('revokedAt'),
    revokedReason: text('revokedReason'),
    userAgent: text('userAgent'),
    ipAddress: text('ipAddress'),
  };
  // The cast is safe: this package wrote the hash, with every field that cannot be null.
  return fields as unknown as SessionRecord;
}
