import { createHash, randomBytes, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { config } from '../config';
import type { Db, Member } from '../db';

const sha256 = (value: string) => createHash('sha256').update(value).digest('base64');

export interface Tokens {
  accessToken: string;
  refreshToken: string;
}

export function verifyAccessToken(header: string | undefined) {
  const token = header?.startsWith('Bearer ') ? header.slice(7) : null;
  if (!token) return null;
  try {
    const { sub, admin } = jwt.verify(token, config.jwtSecret) as { sub: string; admin: boolean };
    return { memberId: sub, isAdmin: admin };
  } catch {
    return null;
  }
}

export async function createTokens(
  db: Db,
  member: Member,
  family: string = randomUUID(),
): Promise<Tokens> {
  const refreshToken = randomBytes(40).toString('hex');
  db.data.refreshTokens.push({
    hash: sha256(refreshToken),
    memberId: member.id,
    family,
    expiresAt: Date.now() + config.refreshTokenSeconds * 1000,
    rotatedAt: null,
  });
  await db.write();
  const accessToken = jwt.sign({ admin: member.isAdmin }, config.jwtSecret, {
    subject: member.id,
    expiresIn: config.accessTokenSeconds,
  });
  return { accessToken, refreshToken };
}

export async function rotate(db: Db, refreshToken: string) {
  const now = Date.now();
  const token = db.data.refreshTokens.find(({ hash }) => hash === sha256(refreshToken));
  if (!token || token.expiresAt < now) return null;
  if (token.rotatedAt && token.rotatedAt + config.reuseGraceSeconds * 1000 < now) {
    // reuse: sign out everyone who holds a token of this family
    await revokeFamily(db, token.family);
    return null;
  }
  const member = db.data.members.find(({ id }) => id === token.memberId);
  if (!member) return null;
  token.rotatedAt ??= now;
  return { member, ...(await createTokens(db, member, token.family)) };
}

async function revokeFamily(db: Db, family: string) {
  db.data.refreshTokens = db.data.refreshTokens.filter((token) => token.family !== family);
  await db.write();
}

export async function revoke(db: Db, refreshToken: string) {
  const token = db.data.refreshTokens.find(({ hash }) => hash === sha256(refreshToken));
  if (token) await revokeFamily(db, token.family);
}

export async function revokeAll(db: Db, memberId: string) {
  db.data.refreshTokens = db.data.refreshTokens.filter((token) => token.memberId !== memberId);
  await db.write();
}

export async function removeExpired(db: Db) {
  const now = Date.now();
  db.data.refreshTokens = db.data.refreshTokens.filter(({ expiresAt }) => expiresAt >= now);
  await db.write();
}
