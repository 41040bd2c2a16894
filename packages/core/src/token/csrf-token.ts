import type { KeyRing } from '../keys/key-ring.ts';
import type { MacKey } from '../keys/keys.ts';
import { equalSecrets, mac, randomSecret } from '../lib/crypto.ts';

const NONCE_BYTES = 12;
const MAC_BYTES = 24;
const MAC_AT = 1 + NONCE_BYTES;
const PATTERN = /^[A-Za-z0-9_-]{50}$/;

/**
 * A token that only pages which may read our answers can know, bound to what the browser's cookies
 * are worth (OWASP: signed double submit; ASVS 3.5.1). One byte names the MAC key, twelve random
 * ones keep two tokens of a session apart in compressed answers.
 *
 * @param binding a session id, or what stands for the browser before there is a session
 * @returns 50 characters, base64url
 */
export function createCsrfToken(
  { macSigning }: Pick<KeyRing, 'macSigning'>,
  binding: string,
): string {
  const head = Buffer.concat([Buffer.of(macSigning.id), randomSecret(NONCE_BYTES)]);
  return Buffer.concat([head, tokenMac(macSigning, head, binding)]).toString('base64url');
}

/**
 * Whether the token was made for this binding by a key that still counts. Constant in time for
 * tokens of the right form.
 */
export function verifyCsrfToken(
  { macVerifying }: Pick<KeyRing, 'macVerifying'>,
  token: string,
  binding: string,
): boolean {
  if (!PATTERN.test(token)) return false;
  const bytes = Buffer.from(token, 'base64url');
  const head = bytes.subarray(0, MAC_AT);
  return macVerifying.some(
    (key) =>
      key.id === bytes[0] && equalSecrets(tokenMac(key, head, binding), bytes.subarray(MAC_AT)),
  );
}

/**
 * The same keys as for refresh tokens: what is MACed here begins with a name that no refresh token
 * begins with.
 */
function tokenMac({ key }: MacKey, head: Uint8Array, binding: string): Buffer {
  return mac(
    key,
    Buffer.concat([Buffer.from('latchkey anti-forgery\0'), head, Buffer.from(binding)]),
    MAC_BYTES,
  );
}
