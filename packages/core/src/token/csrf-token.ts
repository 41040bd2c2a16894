import type { KeyRing } from '../keys/key-ring.ts';
import { randomSecret } from '../lib/crypto.ts';
import { macTokens } from '../lib/mac.ts';

/** The length of the nonce that makes the CSRF tokens of one session differ (BREACH). */
const NONCE_BYTES = 12;
const codec = macTokens({
  prefix: '',
  purpose: 'latchkey csrf token',
  contentBytes: [NONCE_BYTES, NONCE_BYTES],
  macBytes: 24,
});

/**
 * Creates a CSRF token (OWASP: signed double-submit cookie; ASVS 3.5.1).
 *
 * @param binding the session id, or the pre-session id of a browser that is not signed in
 * @returns 50 characters of base64url
 */
export function createCsrfToken(
  { macSigning }: Pick<KeyRing, 'macSigning'>,
  binding: string,
): string {
  return codec.encode(macSigning, randomSecret(NONCE_BYTES), binding);
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
  return codec.open(macVerifying, token, [binding]) !== null;
}
