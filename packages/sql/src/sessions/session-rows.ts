import type { RotationMatch, RotationNext, SessionRecord } from '@latchkey/core';
import type { Kysely } from 'kysely';
import { numberOrNull } from '../connection/number-or-null.ts';
import type { LatchkeyTables, SessionsTable } from '../connection/tables.ts';
import { compileOnce } from './compile-once.ts';

/** The fields of a session record, as columns. */
export const SESSION_FIELDS = [
  'id',
  'user_id as userId',
  'username',
  'generation',
  'secret_hash as secretHash',
  'previous_secret_hash as previousSecretHash',
  'sealed_successor as sealedSuccessor',
  'delivered_at as deliveredAt',
  'acknowledged_at as acknowledgedAt',
  'token_version as tokenVersion',
  'created_at as createdAt',
  'authenticated_at as authenticatedAt',
  'last_seen_at as lastSeenAt',
  'idle_expires_at as idleExpiresAt',
  'absolute_expires_at as absoluteExpiresAt',
  'revoked_at as revokedAt',
  'revoked_reason as revokedReason',
  'user_agent as userAgent',
  'ip_address as ipAddress',
] as const;

type SessionFields = Omit<SessionRecord, 'revokedReason'> & { revokedReason: string | null };

/**
 * Converts a row to a record. A driver may return bigints as texts or BigInts. The cast is safe:
 * only this package writes the reason, which is plain text in the database.
 */
export const sessionOf = (fields: SessionFields): SessionRecord => ({
  id: fields.id,
  userId: fields.userId,
  username: fields.username,
  generation: Number(fields.generation),
  secretHash: fields.secretHash,
  previousSecretHash: fields.previousSecretHash,
  sealedSuccessor: fields.sealedSuccessor,
  deliveredAt: Number(fields.deliveredAt),
  acknowledgedAt: numberOrNull(fields.acknowledgedAt),
  tokenVersion: Number(fields.tokenVersion),
  createdAt: Number(fields.createdAt),
  authenticatedAt: Number(fields.authenticatedAt),
  lastSeenAt: Number(fields.lastSeenAt),
  idleExpiresAt: Number(fields.idleExpiresAt),
  absoluteExpiresAt: Number(fields.absoluteExpiresAt),
  revokedAt: numberOrNull(fields.revokedAt),
  revokedReason: fields.revokedReason as SessionRecord['revokedReason'],
  userAgent: fields.userAgent,
  ipAddress: fields.ipAddress,
});

/** Converts a session record to its row. */
export function rowOf(session: SessionRecord): SessionsTable {
  return {
    id: session.id,
    user_id: session.userId,
    username: session.username,
    generation: session.generation,
    secret_hash: session.secretHash,
    previous_secret_hash: session.previousSecretHash,
    sealed_successor: session.sealedSuccessor,
    delivered_at: session.deliveredAt,
    acknowledged_at: session.acknowledgedAt,
    token_version: session.tokenVersion,
    created_at: session.createdAt,
    authenticated_at: session.authenticatedAt,
    last_seen_at: session.lastSeenAt,
    idle_expires_at: session.idleExpiresAt,
    absolute_expires_at: session.absoluteExpiresAt,
    revoked_at: session.revokedAt,
    revoked_reason: session.revokedReason,
    user_agent: session.userAgent,
    ip_address: session.ipAddress,
  };
}

type RotateParameters = Omit<RotationMatch, 'generation' | 'secretHash'> &
  RotationNext & { matchGeneration: number; matchSecretHash: string };

/** Compiles the statement of a rotation: a compare-and-set on generation and secret. */
export const compileRotation = (db: Kysely<LatchkeyTables>) =>
  compileOnce<RotateParameters, SessionFields>((value) =>
    db
      .updateTable('latchkey_sessions')
      .set({
        generation: value('generation'),
        secret_hash: value('secretHash'),
        previous_secret_hash: value('previousSecretHash'),
        sealed_successor: value('sealedSuccessor'),
        delivered_at: value('deliveredAt'),
        last_seen_at: value('now'),
        acknowledged_at: null,
        idle_expires_at: value('idleExpiresAt'),
        user_agent: value('userAgent'),
        ip_address: value('ipAddress'),
      })
      .where('id', '=', value('sessionId'))
      .where('generation', '=', value('matchGeneration'))
      .where('secret_hash', '=', value('matchSecretHash'))
      .where('revoked_at', 'is', null)
      .where('idle_expires_at', '>', value('now'))
      .where('absolute_expires_at', '>', value('now'))
      .where((where) =>
        where.or([where('generation', '=', 0), where('delivered_at', '<=', value('deliveredBy'))]),
      )
      .returning(SESSION_FIELDS)
      .compile(),
  );
