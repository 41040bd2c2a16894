import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const POOL_BYTES = 4096;
let pool = Buffer.alloc(0);

/**
 * `count` bytes from OpenSSL's CSPRNG (ASVS 11.5.1). They are drawn in larger portions, because
 * each draw costs more than the bytes do; each byte is handed out once and wiped from the portion.
 */
export function randomSecret(count: number): Buffer {
  if (pool.length < count) pool = randomBytes(Math.max(POOL_BYTES, count));
  const drawn = Buffer.from(pool.subarray(0, count));
  pool.fill(0, 0, count);
  pool = pool.subarray(count);
  return drawn;
}

/** SHA-256 as unpadded base64url: what stores keep instead of a secret. */
export function hashSecret(secret: Uint8Array): string {
  return hash('sha256', secret, 'base64url');
}

/** Compares in a time that depends on the lengths only (ASVS 11.2.4). */
export function equalSecrets(a: string | Uint8Array, b: string | Uint8Array): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** HMAC-SHA-256, cut to its first `length` bytes. */
export function mac(key: KeyObject, data: Uint8Array, length: number): Buffer {
  return createHmac('sha256', key).update(data).digest().subarray(0, length);
}

/**
 * HKDF-SHA-256 (RFC 5869): `length` bytes that depend on the secret and on what they are for. Keys
 * go in as KeyObjects here and below: raw bytes cost Node several times as much.
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
 * AES-256-GCM under a key that only the holder of `secret` can derive.
 *
 * @returns nonce, ciphertext and tag as one base64url string
 */
export function seal(plain: Uint8Array, secret: Uint8Array, context: Uint8Array): string {
  const nonce = randomSecret(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(secret, context), nonce);
  cipher.setAAD(context);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}

/** Opens what {@link seal} closed; `null` for another secret, another context or damaged data. */
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
