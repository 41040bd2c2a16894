import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { Knex } from 'knex';
import { config } from '../config';
import { db, type RefreshTokenRow, type SessionRow, type UserRow } from '../db';
import { createRefreshToken, hashToken, signAccessToken } from './tokens';

export interface IssuedTokens {
  accessToken: string;
  refreshToken: string;
}

async function insertRefreshToken(sessionId: string, trx: Knex): Promise<string> {
  const token = createRefreshToken();
  await trx<RefreshTokenRow>('refresh_tokens').insert({
    session_id: sessionId,
    token_hash: hashToken(token),
    expires_at: new Date(Date.now() + config.refreshTokenSeconds * 1000),
  });
  return token;
}

export async function createSession(user: UserRow, req: Request): Promise<IssuedTokens> {
  return db.transaction(async (trx) => {
    const id = randomUUID();
    const now = new Date(Date.now());
    await trx<SessionRow>('sessions').insert({
      id,
      user_id: user.id,
      user_agent: req.get('user-agent')?.slice(0, 255) ?? null,
      ip: req.ip ?? null,
      created_at: now,
      last_seen_at: now,
    });
    const refreshToken = await insertRefreshToken(id, trx);
    return { accessToken: signAccessToken(user, id), refreshToken };
  });
}

/**
 * Exchanges a refresh token for a new pair. Tokens are single use: when one comes back a second
 * time, it was copied, so the whole session is revoked.
 */
export async function rotateRefreshToken(token: string): Promise<IssuedTokens | null> {
  const now = new Date(Date.now());
  return db.transaction(async (trx) => {
    const stored = await trx<RefreshTokenRow>('refresh_tokens')
      .where({ token_hash: hashToken(token) })
      .forUpdate()
      .first();
    if (!stored || stored.expires_at <= now) return null;

    const session = await trx<SessionRow>('sessions').where({ id: stored.session_id }).first();
    if (!session || session.revoked_at) return null;

    if (stored.used_at) {
      await trx<SessionRow>('sessions').where({ id: session.id }).update({ revoked_at: now });
      return null;
    }

    const user = await trx<UserRow>('users').where({ id: session.user_id, active: true }).first();
    if (!user) return null;

    await trx<RefreshTokenRow>('refresh_tokens').where({ id: stored.id }).update({ used_at: now });
    await trx<SessionRow>('sessions').where({ id: session.id }).update({ last_seen_at: now });
    const refreshToken = await insertRefreshToken(session.id, trx);
    return { accessToken: signAccessToken(user, session.id), refreshToken };
  });
}

export async function isSessionActive(sessionId: string): Promise<boolean> {
  const session = await db<SessionRow>('sessions')
    .where({ id: sessionId })
    .whereNull('revoked_at')
    .first('id');
  return session !== undefined;
}

export async function listSessions(userId: number): Promise<SessionRow[]> {
  return db<SessionRow>('sessions')
    .where({ user_id: userId })
    .whereNull('revoked_at')
    .orderBy('last_seen_at', 'desc');
}

export async function revokeSession(userId: number, sessionId: string): Promise<boolean> {
  const count = await db<SessionRow>('sessions')
    .where({ id: sessionId, user_id: userId })
    .whereNull('revoked_at')
    .update({ revoked_at: new Date(Date.now()) });
  return count > 0;
}

export async function revokeAllSessions(
  userId: number,
  { except, trx = db }: { except?: string; trx?: Knex } = {},
): Promise<void> {
  const query = trx<SessionRow>('sessions').where({ user_id: userId }).whereNull('revoked_at');
  if (except) query.whereNot({ id: except });
  await query.update({ revoked_at: new Date(Date.now()) });
}

/** Deletes what can never be used again. Runs every hour, see server.ts. */
export async function cleanUpSessions(): Promise<number> {
  const now = new Date(Date.now());
  await db<RefreshTokenRow>('refresh_tokens').where('expires_at', '<=', now).delete();
  return db<SessionRow>('sessions')
    .whereNotNull('revoked_at')
    .orWhereNotExists(
      db('refresh_tokens').select(db.raw('1')).whereRaw('refresh_tokens.session_id = sessions.id'),
    )
    .delete();
}
