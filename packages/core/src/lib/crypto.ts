import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const POOL_BYTES = 4096;
let pool = Buffer.alloc(0);

/**
 * Returns `count` random bytes of OpenSSL's CSPRNG (ASVS 11.5.1). They are drawn from a pool,
 * because each call of the generator is slow; each byte of the pool is used once and then
 * overwritten.
 *
 * @example
 * import { randomSecret } from '@latchkey/core/crypto';
 *
 * const secret = randomSecret(32).toString('base64url'); // for deriveKeyRing
 */
export function randomSecret(count: number): Buffer {
  if (pool.length < count) pool = randomBytes(Math.max(POOL_BYTES, count));
  const drawn = Buffer.from(pool.subarray(0, count));
  pool.fill(0, 0, count);
  pool = pool.subarray(count);
  return drawn;
}

/**
 * Hashes a secret with SHA-256, as unpadded base64url: stores keep the hash instead.
 *
 * @example
 * import { hashSecret, randomSecret } from '@latchkey/core/crypto';
 *
 * const token = randomSecret(16);
 * const stored = hashSecret(token); // 43 characters
 */
export function hashSecret(secret: Uint8Array): string {
  return hash('sha256', secret, 'base64url');
}

/**
 * Derives `length` bytes from a secret, separated by purpose (HKDF-SHA-256, RFC 5869). Keys are
 * passed as KeyObjects, because raw bytes are several times slower in Node.
 *
 * @param purpose a text of its own for each use of the secret (`info` in the RFC)
 * @example
 * import { deriveBytes } from '@latchkey/core/crypto';
 *
 * const key = deriveBytes(Buffer.from(secret, 'base64url'), '', 'my-app unsubscribe links', 32);
 */
export function deriveBytes(
  secret: Uint8Array,
  salt: Uint8Array | string,
  purpose: string,
  length: number,
): Buffer {
  return Buffer.from(hkdfSync('sha256', createSecretKey(secret), salt, purpose, length));
}

/**
 * Encrypts with AES-256-GCM under a key derived from `secret` and `context`.
 *
 * @param context authenticated, not encrypted
 * @returns nonce, ciphertext and tag as one base64url string
 * @example
 * import { seal, unseal } from '@latchkey/core/crypto';
 *
 * const key = Buffer.from(secret, 'base64url');
 * const sealed = seal(Buffer.from('a note'), key, Buffer.from('note 12'));
 * unseal(sealed, key, Buffer.from('note 12'))?.toString(); // 'a note'
 */
export function seal(plain: Uint8Array, secret: Uint8Array, context: Uint8Array): string {
  const nonce = randomSecret(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(secret, context), nonce);
  cipher.setAAD(context);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}

/**
 * Decrypts the result of {@link seal}; `null` for another secret or context, or damaged data.
 *
 * @example
 * import { unseal } from '@latchkey/core/crypto';
 *
 * const key = Buffer.from(secret, 'base64url');
 * unseal('damaged', key, Buffer.from('note 12')); // null
 */
export function unseal(sealed: string, secret: Uint8Array, context: Uint8Array): Buffer | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(
    'aes-256-gcm',
    sealingKey(secret, context),
    bytes.subarray(0, NONCE_BYTES),
    { authTagLength: TAG_BYTES },
  );
  decipher.setAAD(context);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]);
  } catch {
    return null;
  }
}

function sealingKey(secret: Uint8Array, context: Uint8Array): KeyObject {
  return createSecretKey(deriveBytes(secret, context, 'latchkey sealed successor', 32));
}
