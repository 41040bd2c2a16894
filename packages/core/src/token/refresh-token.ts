import type { KeyRing } from '../keys/key-ring.ts';
import { hashSecret, randomSecret, seal, unseal } from '../lib/crypto.ts';
import { macTokens } from '../lib/mac.ts';

const SESSION_ID_BYTES = 16;
const SHARD_BYTES = 3;
const SHARD_CHARACTERS = 4;
const SECRET_BYTES = 32;
const SESSION_ID_AT = 1;
const GENERATION_AT = SESSION_ID_AT + SESSION_ID_BYTES;
const SECRET_AT = GENERATION_AT + 4;
const USER_ID_LENGTH_AT = SECRET_AT + SECRET_BYTES;
const USER_ID_AT = USER_ID_LENGTH_AT + 1;
/**
 * The most usernames with which a token's MAC is computed. A browser sends one; more come from
 * cookies of a parent domain or of another path.
 */
const MAX_USERNAMES = 8;

/** The longest user id that a refresh token carries, in bytes of UTF-8. */
export const MAX_USER_ID_BYTES = 64;

const codec = macTokens({
  prefix: 'lk2.',
  purpose: 'latchkey refresh token',
  contentBytes: [USER_ID_AT + 1, USER_ID_AT + MAX_USER_ID_BYTES],
  macBytes: 16,
});

/** A parsed refresh token. `secret` stays in memory; stores get `secretHash`. */
export interface RefreshToken {
  readonly sessionId: string;
  readonly generation: number;
  readonly userId: string;
  readonly secret: Buffer;
  readonly secretHash: string;
}

/**
 * Creates a session id: 3 bytes of shard (a hash of the user id) and 13 random bytes, base64url.
 * The id is not a secret. A sharded store uses {@link shardOfSession} to keep all sessions of a
 * user in one shard, so that it can revoke them in one step.
 *
 * @example
 * import { newSessionId, shardOfUser } from '@latchkey/core';
 *
 * const sessionId = newSessionId(user.id); // 22 characters
 * sessionId.startsWith(shardOfUser(user.id)); // true
 */
export function newSessionId(userId: string): string {
  return shardOfUser(userId) + randomSecret(SESSION_ID_BYTES - SHARD_BYTES).toString('base64url');
}

/**
 * Returns the shard of a user's sessions: the first 4 characters of their ids. In Redis Cluster it
 * is the hash tag.
 *
 * @example
 * import { shardOfUser } from '@latchkey/core';
 *
 * const key = `{${shardOfUser(user.id)}}:cart`; // in the slot of the user's sessions
 */
export function shardOfUser(userId: string): string {
  return hashSecret(Buffer.from(userId)).slice(0, SHARD_CHARACTERS);
}

/**
 * Returns the shard of a session, which its id contains.
 *
 * @example
 * import { shardOfSession } from '@latchkey/core';
 *
 * const key = (sessionId: string) => `{${shardOfSession(sessionId)}}:session:${sessionId}`;
 */
export function shardOfSession(sessionId: string): string {
  return sessionId.slice(0, SHARD_CHARACTERS);
}

/** Creates the secret of a refresh token, and the hash that a store keeps. */
export function newRefreshSecret(): Pick<RefreshToken, 'secret' | 'secretHash'> {
  const secret = randomSecret(SECRET_BYTES);
  return { secret, secretHash: hashSecret(secret) };
}

/**
 * Encodes a refresh token, with a MAC. The form: `lk2.` and, in base64url, key id (1 byte), flags
 * (1, reserved), session id (16), generation (4), secret (32), length of the user id (1), user id
 * (1 to 64), MAC (16).
 *
 * The MAC keeps guessed tokens away from the store. It also covers the username that is set beside
 * the token, so the username cookie of another session does not verify. If the token is delivered
 * again, it is encoded with the user's name at that time.
 *
 * @param username the value of the username cookie that is set beside the token
 * @example
 * import { encodeRefreshToken, newSessionId } from '@latchkey/core';
 * import { randomSecret } from '@latchkey/core/crypto';
 *
 * const sessionId = newSessionId(user.id);
 * const fields = { sessionId, generation: 0, secret: randomSecret(32), userId: user.id };
 * const token = encodeRefreshToken(ring, fields, user.username); // 'lk2.…'
 */
export function encodeRefreshToken(
  { macSigning }: Pick<KeyRing, 'macSigning'>,
  { sessionId, generation, secret, userId }: Omit<RefreshToken, 'secretHash'>,
  username: string,
): string {
  const user = Buffer.from(userId);
  const content = Buffer.alloc(USER_ID_AT + user.length);
  content.write(sessionId, SESSION_ID_AT, 'base64url');
  content.writeUInt32BE(generation, GENERATION_AT);
  secret.copy(content, SECRET_AT);
  content[USER_ID_LENGTH_AT] = user.length;
  user.copy(content, USER_ID_AT);
  return codec.encode(macSigning, content, username);
}

/** Whether a text has the form of a refresh token; its MAC is not verified. */
export const isRefreshTokenLike = codec.isLike;

/**
 * Parses a refresh token and verifies its MAC, without the store.
 *
 * @param usernames the usernames of the request; the MAC must verify with one of the first eight
 * @returns `null` if the token is malformed or its MAC does not verify
 * @example
 * import { parseRefreshToken } from '@latchkey/core';
 *
 * const { refreshToken, username } = await layer.issue(user, { userAgent: null, ipAddress: null });
 * const token = parseRefreshToken(ring, refreshToken ?? '', [username]);
 * console.log(token?.sessionId, token?.generation);
 */
export function parseRefreshToken(
  ring: Pick<KeyRing, 'macVerifying'>,
  token: string,
  usernames: readonly string[],
): RefreshToken | null {
  return contentOf(codec.open(ring.macVerifying, token, usernames.slice(0, MAX_USERNAMES)));
}

/**
 * Parses a refresh token without verifying its MAC, for a request without a username. The caller
 * must compare its secret with the store.
 */
export function parseUnverified(token: string): RefreshToken | null {
  return contentOf(codec.read(token));
}

/**
 * Reads the fields of a refresh token's content.
 *
 * @returns `null` if the content is malformed, has a reserved flag, or a wrong length of the user
 *   id
 */
function contentOf(content: Buffer | null): RefreshToken | null {
  if (content?.[0] !== 0) return null;
  if (content.length !== USER_ID_AT + (content[USER_ID_LENGTH_AT] ?? 0)) return null;
  const secret = content.subarray(SECRET_AT, USER_ID_LENGTH_AT);
  return {
    sessionId: content.subarray(SESSION_ID_AT, GENERATION_AT).toString('base64url'),
    generation: content.readUInt32BE(GENERATION_AT),
    userId: content.subarray(USER_ID_AT).toString(),
    secret,
    secretHash: hashSecret(secret),
  };
}

/** Encrypts a successor's secret under its predecessor's. */
export function sealSuccessor(
  successor: Pick<RefreshToken, 'sessionId' | 'generation' | 'secret'>,
  predecessorSecret: Uint8Array,
): string {
  const { sessionId, generation, secret } = successor;
  return seal(secret, predecessorSecret, sealContext(sessionId, generation));
}

/** Decrypts the result of {@link sealSuccessor}; `null` if the predecessor is another one. */
export function unsealSuccessor(sealed: string, predecessor: RefreshToken): Buffer | null {
  const { sessionId, generation, secret } = predecessor;
  return unseal(sealed, secret, sealContext(sessionId, generation + 1));
}

function sealContext(sessionId: string, generation: number): Buffer {
  return Buffer.from(`${sessionId}.${generation}`);
}
