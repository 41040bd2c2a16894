import { createECDH, createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto';
import { type OptionFault, OptionsError } from '../errors.ts';
import { deriveBytes } from '../lib/crypto.ts';
import { type AuditKeyRing, type KeyRing, keyRing } from './key-ring.ts';
import type { AccessTokenKey, Algorithm, AuditKey, MacKey } from './keys.ts';
import { secretWeakness } from './weak-secrets.ts';

/** The algorithms whose keys can be derived from a secret. */
export type DerivableAlgorithm = Exclude<Algorithm, 'RS256'>;

/**
 * Derives every key from one or more secrets (HKDF-SHA-256, RFC 5869). The first secret signs, all
 * verify: put a new secret in front, and remove the old one when its last token has expired.
 *
 * @example
 * const ring = deriveKeyRing([newSecret, oldSecret], 'ES256');
 *
 * @param secrets base64url, at least 32 bytes each
 * @param algorithm HS256, or ES256 (a P-256 key derived from the secret). RS256 keys cannot be
 *   derived: pass them to {@link keyRing}
 * @throws OptionsError naming each unusable secret by its position, never by its value
 */
export function deriveKeyRing(secrets: readonly string[], algorithm: Algorithm): KeyRing {
  const faults = secretFaults(secrets);
  if (algorithm === 'RS256')
    faults.push({
      option: 'algorithm',
      value: algorithm,
      fix: 'RSA keys cannot be derived from a secret: use HS256 or ES256',
    });
  if (faults.length > 0 || algorithm === 'RS256') throw new OptionsError(faults);
  const bytes = secrets.map(bytesOf);
  return keyRing(
    bytes.map((secret) => deriveAccessTokenKey(secret, algorithm)),
    bytes.map(deriveMacKey),
  );
}

/**
 * Derives the keys of the audit log's seals: the first one seals, all verify.
 *
 * @param secrets as in {@link deriveKeyRing}
 * @throws OptionsError naming each unusable secret by its position
 */
export function deriveAuditKeys(secrets: readonly string[]): AuditKeyRing {
  const auditVerifying = soundBytesOf(secrets).map(deriveAuditKey);
  const [auditSigning] = auditVerifying;
  if (!auditSigning) throw new OptionsError(secretFaults(secrets));
  return { auditSigning, auditVerifying };
}

/**
 * Derives the keys of device tokens: the first one signs, all verify. They are not rotated, as
 * device tokens are valid for a year.
 *
 * @param secrets as in {@link deriveKeyRing}
 * @throws OptionsError naming each unusable secret by its position
 */
export function deriveDeviceKeys(secrets: readonly string[]): MacKey[] {
  return soundBytesOf(secrets).map((secret, id) => ({
    id,
    key: createSecretKey(deriveBytes(secret, '', 'latchkey device token', 32)),
  }));
}

/** The faults of secrets, each named by its position, never by its value. */
export function secretFaults(secrets: readonly string[]): OptionFault[] {
  if (secrets.length === 0)
    return [{ option: 'secrets', value: [], fix: 'give at least one secret' }];
  return secrets.flatMap((secret, index) => {
    const option = `secrets[${index}]`;
    if (!/^[A-Za-z0-9_-]*$/.test(secret))
      return [
        { option, value: '(hidden)', fix: 'must be base64url: letters, digits, - and _ only' },
      ];
    const weakness = secretWeakness(bytesOf(secret));
    if (weakness !== null) return [{ option, value: '(hidden)', fix: weakness }];
    const first = secrets.findIndex((other) => bytesOf(other).equals(bytesOf(secret)));
    return first < index
      ? [{ option, value: '(hidden)', fix: `is the same as secrets[${first}]: leave it out` }]
      : [];
  });
}

/** Derives the keys that encrypt stored keys, one from each secret. @throws OptionsError */
export function deriveKeyEncryptionKeys(secrets: readonly string[]): Buffer[] {
  return soundBytesOf(secrets).map((secret) =>
    deriveBytes(secret, '', 'latchkey key encryption', 32),
  );
}

/** @throws OptionsError naming each unusable secret by its position */
function soundBytesOf(secrets: readonly string[]): Buffer[] {
  const faults = secretFaults(secrets);
  if (faults.length > 0) throw new OptionsError(faults);
  return secrets.map(bytesOf);
}

function bytesOf(secret: string): Buffer {
  return Buffer.from(secret, 'base64url');
}

function deriveKid(secret: Buffer, of: string): string {
  return deriveBytes(secret, '', `latchkey kid ${of}`, 9).toString('base64url');
}

function deriveAccessTokenKey(secret: Buffer, algorithm: DerivableAlgorithm): AccessTokenKey {
  const kid = deriveKid(secret, algorithm);
  if (algorithm === 'ES256') return { kid, algorithm, ...deriveP256(secret) };
  const key = createSecretKey(deriveBytes(secret, '', 'latchkey access token HS256', 32));
  return { kid, algorithm, signKey: key, verifyKey: key };
}

/**
 * A P-256 private key is a number from 1 to the group's order - 1; 16 extra bytes make the bias of
 * the modulo operation negligible (FIPS 186-5, A.2.1).
 */
function deriveP256(secret: Buffer): Pick<AccessTokenKey, 'signKey' | 'verifyKey'> {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const wide = BigInt(
    `0x${deriveBytes(secret, '', 'latchkey access token ES256', 48).toString('hex')}`,
  );
  const d = Buffer.from(((wide % (order - 1n)) + 1n).toString(16).padStart(64, '0'), 'hex');
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const part = (bytes: Buffer) => bytes.toString('base64url');
  const signKey = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: part(d),
      x: part(point.subarray(1, 33)),
      y: part(point.subarray(33)),
    },
  });
  return { signKey, verifyKey: createPublicKey(signKey) };
}

function deriveMacKey(secret: Buffer): MacKey {
  const [id = 0] = deriveBytes(secret, '', 'latchkey refresh token key id', 1);
  return { id, key: createSecretKey(deriveBytes(secret, '', 'latchkey refresh token MAC', 32)) };
}

function deriveAuditKey(secret: Buffer): AuditKey {
  const [id = 0] = deriveBytes(secret, '', 'latchkey audit key id', 1);
  return { id, key: createSecretKey(deriveBytes(secret, '', 'latchkey audit seal', 32)) };
}
