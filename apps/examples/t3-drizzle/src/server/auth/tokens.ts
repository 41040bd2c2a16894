import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { and, eq, isNull, lt } from 'drizzle-orm';
import { jwtVerify, SignJWT } from 'jose';
import { env } from '~/env';
import type { Database } from '~/server/db';
import { refreshTokens, type User, users } from '~/server/db/schema';

const secret = new TextEncoder().encode(env.AUTH_SECRET);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export interface TokenPair {
  accessToken: string;
  refreshToken: string;
}

function signAccessToken(user: Pick<User, 'id' | 'role'>) {
  return new SignJWT({ role: user.role })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user.id)
    .setIssuedAt()
    .setExpirationTime(`${env.ACCESS_TOKEN_MINUTES}m`)
    .sign(secret);
}

export async function verifyAccessToken(token: string) {
  try {
    const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'] });
    return { userId: payload.sub as string, role: payload.role as User['role'] };
  } catch {
    return null;
  }
}

export async function issueTokens(
  db: Database,
  user: Pick<User, 'id' | 'role'>,
  familyId: string = randomUUID(),
): Promise<TokenPair> {
  const refreshToken = randomBytes(32).toString('base64url');
  await db.insert(refreshTokens).values({
    hash: sha256(refreshToken),
    userId: user.id,
    familyId,
    expiresAt: new Date(Date.now() + env.REFRESH_TOKEN_DAYS * 86_400_000),
  });
  return { accessToken: await signAccessToken(user), refreshToken };
}

/**
 * Swaps a refresh token for a new pair. A token that was already swapped gives the whole family
 * away: either the user or a thief is holding a copy, and we can't tell which.
 */
export async function rotateTokens(db: Database, refreshToken: string): Promise<TokenPair | null> {
  const hash = sha256(refreshToken);
  const token = await db.query.refreshTokens.findFirst({ where: eq(refreshTokens.hash, hash) });
  if (!token || token.expiresAt.getTime() < Date.now()) return null;

  const swapped = await db
    .update(refreshTokens)
    .set({ replacedAt: new Date(Date.now()) })
    .where(and(eq(refreshTokens.hash, hash), isNull(refreshTokens.replacedAt)));
  if (swapped.rowsAffected === 0) {
    await db.delete(refreshTokens).where(eq(refreshTokens.familyId, token.familyId));
    return null;
  }

  const user = await db.query.users.findFirst({ where: eq(users.id, token.userId) });
  return user ? issueTokens(db, user, token.familyId) : null;
}

export async function revokeTokens(db: Database, refreshToken: string) {
  const token = await db.query.refreshTokens.findFirst({
    where: eq(refreshTokens.hash, sha256(refreshToken)),
  });
  if (token) await db.delete(refreshTokens).where(eq(refreshTokens.familyId, token.familyId));
}

export async function revokeAllTokens(db: Database, userId: string) {
  await db.delete(refreshTokens).where(eq(refreshTokens.userId, userId));
}

export async function deleteExpiredTokens(db: Database) {
  await db.delete(refreshTokens).where(lt(refreshTokens.expiresAt, new Date(Date.now())));
}
