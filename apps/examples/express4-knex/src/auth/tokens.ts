import { createHash, randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { config } from '../config';
import type { Role, UserRow } from '../db';

export interface AccessTokenPayload {
  sub: string;
  sid: string;
  role: Role;
}

export function signAccessToken(user: UserRow, sessionId: string): string {
  return jwt.sign({ sid: sessionId, role: user.role }, config.accessTokenSecret, {
    subject: String(user.id),
    expiresIn: config.accessTokenSeconds,
  });
}

/** Returns null when the token is missing, expired or was tampered with. */
export function verifyAccessToken(token: string | undefined): AccessTokenPayload | null {
  if (!token) return null;
  try {
    return jwt.verify(token, config.accessTokenSecret, {
      algorithms: ['HS256'],
    }) as unknown as AccessTokenPayload;
  } catch {
    return null;
  }
}

export function createRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Only hashes are stored, so that a leaked backup contains no usable token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
