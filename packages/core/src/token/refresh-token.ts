import type { KeyRing } from '../keys/key-ring.ts';
import type { MacKey } from '../keys/keys.ts';
import { equalSecrets, hashSecret, mac, randomSecret, seal, unseal } from '../lib/crypto.ts';

const PREFIX = 'lk2.';
const SESSION_ID_BYTES = 16;
const SHARD_BYTES = 3;
const SHARD_CHARACTERS = 4;
const SECRET_BYTES = 32;
const MAC_BYTES = 16;
const FLAGS_AT = 1;
const SESSION_ID_AT = 2;
const GENERATION_AT = SESSION_ID_AT + SESSION_ID_BYTES;
const SECRET_AT = GENERATION_AT + 4;
const USER_ID_LENGTH_AT = SECRET_AT + SECRET_BYTES;
const USER_ID_AT = USER_ID_LENGTH_AT + 1;
/** 1 to 64 bytes of user id make 72 to 135 bytes in all. */
const TOKEN_PATTERN = /^lk2\.[A-Za-z0-9_-]{96,180}$/;
/**
 * Usernames that a request's tokens are tried with; each try costs one MAC. A browser sends one
 * name: more come from a cookie of a parent domain or another path.
 */
const MAX_USERNAMES = 8;

/** The longest user id that a refresh token carries, in bytes of UTF-8. */
export const MAX_USER_ID_BYTES = 64;

/** A refresh token taken apart, its MAC verified. `secret` never leaves memory; stores get `secretHash`. */
export interface RefreshToken {
  readonly sessionId: string;
  readonly generation: number;
  readonly userId: string;
  readonly secret: Buffer;
  readonly secretHash: string;
}

/**
 * A session id: 3 bytes that say where the user's sessions live and 13 random ones, base64url. An
 * id is no secret; it only must not repeat. A store that is spread over machines keeps all sessions
 * of a user together by {@link shardOfSession}, and so can end them at once.
 */
export function newSessionId(userId: string): string {
  return shardOfUser(userId) + randomSecret(SESSION_ID_BYTES - SHARD_BYTES).toString('base64url');
}

/** Where the sessions of a user live: the same 4 characters for every one of them. */
export function shardOfUser(userId: string): string {
  return hashSecret(Buffer.from(userId)).slice(0, SHARD_CHARACTERS);
}

/** Where a session lives, read off its id. */
export function shardOfSession(sessionId: string): string {
  return sessionId.slice(0, SHARD_CHARACTERS);
}

/** The secret of a new refresh token, and what a store keeps of it. */
export function newRefreshSecret(): Pick<RefreshToken, 'secret' | 'secretHash'> {
  const secret = randomSecret(SECRET_BYTES);
  return { secret, secretHash: hashSecret(secret) };
}

/**
 * Writes a refresh token: `lk2.` and, in base64url, key id (1 byte), flags (1, reserved), session id
 * (16), generation (4), secret (32), user id (1 byte of length, then up to 64), MAC (16).
 *
 * The MAC keeps guessed tokens away from the store. It also covers the username that is set beside
 * the token, so a username cookie of another session fails it; each delivery of a token may carry
 * the name that the user has by then.
 *
 * @param username the name in the cookie beside it; the user id has 1 to 64 bytes, which
 *   `issueSession` sees to
 */
export function encodeRefreshToken(
  { macSigning }: Pick<KeyRing, 'macSigning'>,
  { sessionId, generation, secret, userId }: Omit<RefreshToken, 'secretHash'>,
  username: string,
): string {
  const user = Buffer.from(userId);
  const bytes = Buffer.alloc(USER_ID_AT + user.length + MAC_BYTES);
  bytes[0] = macSigning.id;
  bytes.write(sessionId, SESSION_ID_AT, 'base64url');
  bytes.writeUInt32BE(generation, GENERATION_AT);
  secret.copy(bytes, SECRET_AT);
  bytes[USER_ID_LENGTH_AT] = user.length;
  user.copy(bytes, USER_ID_AT);
  tokenMac(macSigning, bytes, username).copy(bytes, bytes.length - MAC_BYTES);
  return PREFIX + bytes.toString('base64url');
}

/** Whether a text has the form of a refresh token, whatever key made it. */
export function isRefreshTokenLike(token: string): boolean {
  return TOKEN_PATTERN.test(token);
}

/**
 * Parses a refresh token and verifies its MAC, without the store.
 *
 * @param usernames those that came beside it; the MAC must hold for one of the first eight
 * @returns `null` for anything that this ring's secrets did not make for one of these names
 */
export function parseRefreshToken(
  ring: Pick<KeyRing, 'macVerifying'>,
  token: string,
  usernames: readonly string[],
): RefreshToken | null {
  const bytes = bytesOf(token);
  if (!bytes) return null;
  const presented = bytes.subarray(-MAC_BYTES);
  const holds = (username: string) =>
    ring.macVerifying.some(
      (key) => key.id === bytes[0] && equalSecrets(tokenMac(key, bytes, username), presented),
    );
  return usernames.slice(0, MAX_USERNAMES).some(holds) ? contentOf(bytes) : null;
}

/**
 * Parses a refresh token whose username did not come with it. Only its secret can prove anything,
 * by the store.
 */
export function parseUnverified(token: string): RefreshToken | null {
  const bytes = bytesOf(token);
  return bytes && contentOf(bytes);
}

/** The bytes of a well-formed token in their one spelling; others differ in unused bits. */
function bytesOf(token: string): Buffer | null {
  if (!isRefreshTokenLike(token)) return null;
  const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
  const length = USER_ID_AT + (bytes[USER_ID_LENGTH_AT] ?? 0) + MAC_BYTES;
  if (bytes.length !== length || bytes[FLAGS_AT] !== 0) return null;
  return PREFIX + bytes.toString('base64url') === token ? bytes : null;
}

function contentOf(bytes: Buffer): RefreshToken {
  const secret = bytes.subarray(SECRET_AT, USER_ID_LENGTH_AT);
  return {
    sessionId: bytes.subarray(SESSION_ID_AT, GENERATION_AT).toString('base64url'),
    generation: bytes.readUInt32BE(GENERATION_AT),
    userId: bytes.subarray(USER_ID_AT, -MAC_BYTES).toString(),
    secret,
    secretHash: hashSecret(secret),
  };
}

/** Seals a successor's secret so that only the holder of its predecessor's secret can open it. */
export function sealSuccessor(
  successor: Pick<RefreshToken, 'sessionId' | 'generation' | 'secret'>,
  predecessorSecret: Uint8Array,
): string {
  const { sessionId, generation, secret } = successor;
  return seal(secret, predecessorSecret, sealContext(sessionId, generation));
}

/** Opens {@link sealSuccessor}'s result with the predecessor; `null` when it does not open. */
export function unsealSuccessor(sealed: string, predecessor: RefreshToken): Buffer | null {
  const { sessionId, generation, secret } = predecessor;
  return unseal(sealed, secret, sealContext(sessionId, generation + 1));
}

function sealContext(sessionId: string, generation: number): Buffer {
  return Buffer.from(`${sessionId}.${generation}`);
}

/** The name follows a part whose length the token itself states, so no two pairs have one input. */
function tokenMac({ key }: MacKey, bytes: Buffer, username: string): Buffer {
  const covered = Buffer.concat([bytes.subarray(0, -MAC_BYTES), Buffer.from(username)]);
  return mac(key, covered, MAC_BYTES);
}
