import { createSecretKey } from 'node:crypto';
import { deriveBytes } from '../lib/crypto.ts';
import { type OptionFault, OptionsError } from '../lib/options-error.ts';
import { type AuditKeyRing, type KeyRing, keyRing } from './key-ring.ts';
import type { AccessTokenKey, MacKey } from './keys.ts';
import { secretWeakness } from './weak-secrets.ts';

/**
 * Derives every key from one or more secrets (HKDF-SHA-256, RFC 5869): access tokens are signed
 * with HS256. The first secret signs, all verify: put a new secret in front, and remove the old one
 * when its last token has expired. Keys for RS256 and ES256 cannot be derived: pass them to {@link
 * keyRing}.
 *
 * @param secrets base64url or base64, at least 32 bytes each
 * @throws OptionsError naming each unusable secret by its position, never by its value
 * @example
 * import { deriveKeyRing } from '@latchkey/core';
 *
 * const ring = deriveKeyRing([newSecret, oldSecret]); // the old one until `idleSeconds` later
 */
export function deriveKeyRing(secrets: readonly string[]): KeyRing {
  const bytes = soundBytesOf(secrets);
  return keyRing(
    bytes.map(deriveAccessTokenKey),
    bytes.map((secret) => deriveMacKey(secret, 'refresh token')),
  );
}

/**
 * Derives the keys of the audit log's seals: the first one seals, all verify.
 *
 * @param secrets as in {@link deriveKeyRing}
 * @throws OptionsError naming each unusable secret by its position
 * @example
 * import { deriveAuditKeys } from '@latchkey/core';
 * import { sqlAuditSeals } from '@latchkey/sql';
 *
 * const seals = sqlAuditSeals(database, deriveAuditKeys([newSecret, oldSecret]));
 */
export function deriveAuditKeys(secrets: readonly string[]): AuditKeyRing {
  const auditVerifying = soundBytesOf(secrets).map((secret) => deriveMacKey(secret, 'audit seal'));
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
 * @example
 * import { createHmac } from 'node:crypto';
 * import { deriveDeviceKeys } from '@latchkey/core';
 *
 * for (const { key } of deriveDeviceKeys([secret]))
 *   console.log(createHmac('sha256', key).update(user.id).digest('base64url'));
 */
export function deriveDeviceKeys(secrets: readonly string[]): MacKey[] {
  return soundBytesOf(secrets).map((secret) => deriveMacKey(secret, 'device token'));
}

const MAKE_ONE = 'To make one: openssl rand -base64 32';

/**
 * Finds unusable secrets, each named by its position, never by its value.
 *
 * @param secrets as in {@link deriveKeyRing}
 * @returns an empty list if {@link deriveKeyRing} accepts them
 * @example
 * import { secretFaults } from '@latchkey/core';
 *
 * for (const { option, fix } of secretFaults([secret])) console.error(`${option}: ${fix}`);
 */
export function secretFaults(secrets: readonly string[]): OptionFault[] {
  if (secrets.length === 0)
    return [{ option: 'secrets', value: [], fix: `give at least one secret. ${MAKE_ONE}` }];
  return secrets.flatMap((secret, index) => {
    const option = `secrets[${index}]`;
    if (!/^[\w+/-]*={0,2}$/.test(secret))
      return [{ option, value: '(hidden)', fix: `must be base64 or base64url. ${MAKE_ONE}` }];
    const weakness = secretWeakness(bytesOf(secret));
    if (weakness !== null) return [{ option, value: '(hidden)', fix: `${weakness}. ${MAKE_ONE}` }];
    const first = secrets.findIndex((other) => bytesOf(other).equals(bytesOf(secret)));
    return first < index
      ? [{ option, value: '(hidden)', fix: `is the same as secrets[${first}]: leave it out` }]
      : [];
  });
}

/**
 * Derives the keys that encrypt stored keys, one from each secret: the first encrypts, all decrypt.
 *
 * @param secrets as in {@link deriveKeyRing}
 * @returns 32 bytes each
 * @throws OptionsError naming each unusable secret by its position
 * @example
 * import { deriveKeyEncryptionKeys } from '@latchkey/core';
 * import { seal } from '@latchkey/core/crypto';
 *
 * const [key] = deriveKeyEncryptionKeys([secret]);
 * const stored = key && seal(Buffer.from('private key'), key, Buffer.from('kid 2027-01'));
 */
export function deriveKeyEncryptionKeys(secrets: readonly string[]): Buffer[] {
  return soundBytesOf(secrets).map((secret) =>
    deriveBytes(secret, '', 'latchkey key encryption', 32),
  );
}

/**
 * Decodes the secrets from which keys are derived.
 *
 * @throws OptionsError naming each unusable secret by its position
 */
function soundBytesOf(secrets: readonly string[]): Buffer[] {
  const faults = secretFaults(secrets);
  if (faults.length > 0) throw new OptionsError(faults);
  return secrets.map(bytesOf);
}

function bytesOf(secret: string): Buffer {
  return Buffer.from(secret, 'base64url');
}

function deriveKid(secret: Buffer): string {
  return deriveBytes(secret, '', 'latchkey kid HS256', 9).toString('base64url');
}

function deriveAccessTokenKey(secret: Buffer): AccessTokenKey {
  const key = createSecretKey(deriveBytes(secret, '', 'latchkey access token HS256', 32));
  return { kid: deriveKid(secret), algorithm: 'HS256', signKey: key, verifyKey: key };
}

function deriveMacKey(secret: Buffer, use: string): MacKey {
  const [id = 0] = deriveBytes(secret, '', `latchkey ${use} key id`, 1);
  return { id, key: createSecretKey(deriveBytes(secret, '', `latchkey ${use} MAC`, 32)) };
}
