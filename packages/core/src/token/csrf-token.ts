import type { KeyRing } from '../keys/key-ring.ts';
import type { MacKey } from '../keys/keys.ts';
import { equalSecrets, mac, randomSecret } from '../lib/crypto.ts';

const NONCE_BYTES = 12;
const MAC_BYTES = 24;
const MAC_AT = 1 + NONCE_BYTES;
const PATTERN = /^[A-Za-z0-9_-]{50}$/;

/**
 * Creates a CSRF token (OWASP: signed double-submit cookie; ASVS 3.5.1): the id of the MAC key (1
 * byte), a nonce (12) that makes tokens of one session differ (BREACH), and a MAC (24).
 *
 * @param binding the session id, or the pre-session id of a browser that is not signed in
 * @returns 50 characters of base64url
 */
export function createCsrfToken(
  { macSigning }: Pick<KeyRing, 'macSigning'>,
  binding: string,
): string {
  const head = Buffer.concat([Buffer.of(macSigning.id), randomSecret(NONCE_BYTES)]);
  return Buffer.concat([head, tokenMac(macSigning, head, binding)]).toString('base64url');
}

/**
 * Whether a CSRF token was created for this binding with a key that still verifies. Takes constant
 * time for well-formed tokens.
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

/** The keys are those of refresh tokens; the prefix separates the two domains. */
function tokenMac({ key }: MacKey, head: Uint8Array, binding: string): Buffer {
  return mac(
    key,
    Buffer.concat([Buffer.from('latchkey anti-forgery\0'), head, Buffer.from(binding)]),
    MAC_BYTES,
  );
}
