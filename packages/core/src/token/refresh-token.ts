import { equalSecrets, hashSecret, mac, randomSecret, seal, unseal } from '../lib/crypto.ts';
import type { KeyRing, MacKey } from './key-ring.ts';

const PREFIX = 'lk1.';
const SESSION_ID_BYTES = 16;
const SHARD_BYTES = 3;
const SHARD_CHARACTERS = 4;
const SECRET_BYTES = 32;
const MAC_BYTES = 16;
const SESSION_ID_AT = 1;
const GENERATION_AT = SESSION_ID_AT + SESSION_ID_BYTES;
const SECRET_AT = GENERATION_AT + 4;
const MAC_AT = SECRET_AT + SECRET_BYTES;
const TOKEN_BYTES = MAC_AT + MAC_BYTES;
const TOKEN_PATTERN = /^lk1\.[A-Za-z0-9_-]{92}$/;

/**
 * A refresh token taken apart, its MAC verified. `secret` never leaves memory; stores get
 * `secretHash`.
 */
export interface RefreshToken {
  readonly token: string;
  readonly sessionId: string;
  readonly generation: number;
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

/**
 * A new refresh token: 32 random bytes under the ring's MAC, so that a guessed one never reaches
 * the store.
 */
export function createRefreshToken(
  ring: Pick<KeyRing, 'macSigning'>,
  sessionId: string,
  generation: number,
): RefreshToken {
  const bytes = Buffer.alloc(TOKEN_BYTES);
  const secret = randomSecret(SECRET_BYTES);
  bytes[0] = ring.macSigning.id;
  bytes.write(sessionId, SESSION_ID_AT, 'base64url');
  bytes.writeUInt32BE(generation, GENERATION_AT);
  secret.copy(bytes, SECRET_AT);
  tokenMac(ring.macSigning, bytes).copy(bytes, MAC_AT);
  return {
    token: PREFIX + bytes.toString('base64url'),
    sessionId,
    generation,
    secret,
    secretHash: hashSecret(secret),
  };
}

/** Whether it has the form of a refresh token, whoever made it. */
export function isRefreshTokenLike(token: string): boolean {
  return TOKEN_PATTERN.test(token);
}

/**
 * Parses a refresh token and verifies its MAC, without the store.
 *
 * @returns `null` for anything that this ring's secrets did not make
 */
export function parseRefreshToken(
  ring: Pick<KeyRing, 'macVerifying'>,
  token: string,
): RefreshToken | null {
  if (!isRefreshTokenLike(token)) return null;
  const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
  const presented = bytes.subarray(MAC_AT);
  const authentic = ring.macVerifying.some(
    (key) => key.id === bytes[0] && equalSecrets(tokenMac(key, bytes), presented),
  );
  if (!authentic) return null;
  const secret = bytes.subarray(SECRET_AT, MAC_AT);
  return {
    token,
    sessionId: bytes.subarray(SESSION_ID_AT, GENERATION_AT).toString('base64url'),
    generation: bytes.readUInt32BE(GENERATION_AT),
    secret,
    secretHash: hashSecret(secret),
  };
}

/** Seals a refresh token so that only the holder of its predecessor's secret can open it. */
export function sealSuccessor(successor: RefreshToken, predecessorSecret: Uint8Array): string {
  return seal(
    Buffer.from(successor.token),
    predecessorSecret,
    sealContext(successor.sessionId, successor.generation),
  );
}

/** Opens {@link sealSuccessor}'s result with the predecessor; `null` when it does not open. */
export function unsealSuccessor(sealed: string, predecessor: RefreshToken): string | null {
  return (
    unseal(
      sealed,
      predecessor.secret,
      sealContext(predecessor.sessionId, predecessor.generation + 1),
    )?.toString() ?? null
  );
}

function sealContext(sessionId: string, generation: number): Buffer {
  return Buffer.from(`${sessionId}.${generation}`);
}

function tokenMac(key: MacKey, bytes: Buffer): Buffer {
  return mac(key.key, bytes.subarray(0, MAC_AT), MAC_BYTES);
}
