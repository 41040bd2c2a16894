import { createPublicKey } from 'node:crypto';

/** An HMAC secret is at least as long as the output of its hash (RFC 7518, 3.2). */
export const MIN_SECRET_BYTES = 32;
/**
 * The fewest distinct bytes of a secret. 32 random bytes have about 30; fewer than 8 do not occur
 * by chance.
 */
const MIN_DISTINCT_BYTES = 8;

/**
 * Returns why a secret can be guessed, with the fix; `null` for bytes that may be random. The text
 * does not contain the secret.
 */
export function secretWeakness(bytes: Buffer): string | null {
  if (bytes.length < MIN_SECRET_BYTES)
    return `has ${bytes.length} bytes: use at least ${MIN_SECRET_BYTES} random bytes`;
  const sign =
    patternOf(bytes) ?? (isKeyText(bytes) ? 'is the text of a key or certificate' : null);
  return sign && `${sign}: use ${MIN_SECRET_BYTES} random bytes`;
}

/** Names the pattern in bytes that are not random; `null` if there is none. */
export function patternOf(bytes: Buffer): string | null {
  if (bytes.every((byte) => byte === 0)) return 'is all zeros';
  if (bytes.every((byte) => byte === bytes[0])) return 'repeats one byte';
  const period = Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) => index + 1).find(
    (length) => isPeriodic(bytes, length),
  );
  if (period !== undefined) return `repeats a pattern of ${period} bytes`;
  const step = ((bytes[1] ?? 0) - (bytes[0] ?? 0)) & 255;
  if (
    bytes.every((byte, index) => index === 0 || ((byte - (bytes[index - 1] ?? 0)) & 255) === step)
  )
    return 'counts up or down';
  const distinct = new Set(bytes).size;
  return distinct < MIN_DISTINCT_BYTES ? `consists of ${distinct} different bytes` : null;
}

function isPeriodic(bytes: Buffer, period: number): boolean {
  return bytes.subarray(period).equals(bytes.subarray(0, -period));
}

/**
 * Whether the bytes are a key or certificate as PEM, DER or JWK. A public key as HMAC secret would
 * let every client sign tokens (RFC 8725, 2.1).
 */
function isKeyText(bytes: Buffer): boolean {
  const text = bytes.toString('latin1').trim();
  if (/-----BEGIN [A-Z0-9 ]+-----/.test(text) || (text.startsWith('{') && /"kty"\s*:/.test(text)))
    return true;
  return [bytes, Buffer.from(text.replace(/\s/g, ''), 'base64')].some(
    (der) => der[0] === 0x30 && isPublicKey(der),
  );
}

function isPublicKey(der: Buffer): boolean {
  return (['spki', 'pkcs1'] as const).some((type) => {
    try {
      return createPublicKey({ key: der, format: 'der', type }) !== undefined;
    } catch {
      return false;
    }
  });
}
