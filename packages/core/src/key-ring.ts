import { createECDH, createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { deriveBytes } from './crypto.ts';
import { type OptionFault, OptionsError } from './options.ts';

/** The algorithms an access token may be signed with. Each key is bound to exactly one (RFC 8725, 3.1). */
export const ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** A key that signs and verifies access tokens. For HS256 both keys are the same secret. */
export interface AccessTokenKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly signKey: KeyObject;
  readonly verifyKey: KeyObject;
}

/** A key that authenticates refresh tokens. `id` is the byte by which a token names it. */
export interface MacKey {
  readonly id: number;
  readonly key: KeyObject;
}

/** One signing key, several verifying ones, found by `kid` only; and the same for the MAC of refresh tokens. */
export interface KeyRing {
  readonly signing: AccessTokenKey;
  readonly verifying: ReadonlyMap<string, AccessTokenKey>;
  readonly macSigning: MacKey;
  /** Several secrets may share an id, which is one byte: all of them are tried. */
  readonly macVerifying: readonly MacKey[];
}

const MIN_SECRET_BYTES = 32;

/**
 * Derives every key from one or more secrets (HKDF-SHA-256). The first secret signs; all of them verify, so a new secret is put
 * in front and the old one removed once its last token has expired.
 *
 * @param secrets base64url, at least 32 bytes each
 * @param algorithm HS256, or ES256 (a P-256 key derived from the secret). RS256 keys cannot be derived: pass them to {@link keyRing}
 * @throws OptionsError naming each unusable secret by its position, never by its value
 */
export function deriveKeyRing(secrets: readonly string[], algorithm: Algorithm): KeyRing {
  const faults: OptionFault[] = secrets.flatMap((secret, index) => secretFault(secret, index));
  if (secrets.length === 0) faults.push({ option: 'secrets', value: [], fix: 'give at least one secret' });
  if (algorithm === 'RS256') faults.push({ option: 'algorithm', value: algorithm, fix: 'RSA keys cannot be derived from a secret: use HS256 or ES256' });
  if (faults.length > 0) throw new OptionsError(faults);
  const bytes = secrets.map((secret) => Buffer.from(secret, 'base64url'));
  return keyRing(
    bytes.map((secret) => deriveAccessTokenKey(secret, algorithm)),
    bytes.map(deriveMacKey),
  );
}

/**
 * A ring of given keys; the first of each list signs.
 *
 * @throws OptionsError for two keys of one `kid`, a key of the wrong kind for its algorithm, or RSA below 2048 bits
 */
export function keyRing(accessTokenKeys: readonly AccessTokenKey[], macKeys: readonly MacKey[]): KeyRing {
  const [signing] = accessTokenKeys;
  const [macSigning] = macKeys;
  if (!signing || !macSigning) throw new OptionsError([{ option: 'keys', value: [], fix: 'give at least one key of each kind' }]);
  const verifying = new Map(accessTokenKeys.map((key) => [key.kid, key]));
  const faults = accessTokenKeys.flatMap(keyFault);
  if (verifying.size < accessTokenKeys.length) faults.push({ option: 'kid', value: accessTokenKeys.map((key) => key.kid), fix: 'must differ between keys' });
  if (faults.length > 0) throw new OptionsError(faults);
  return { signing, verifying, macSigning, macVerifying: macKeys };
}

function secretFault(secret: string, index: number): OptionFault[] {
  const option = `secrets[${index}]`;
  if (!/^[A-Za-z0-9_-]*$/.test(secret)) return [{ option, value: '(hidden)', fix: 'must be base64url: letters, digits, - and _ only' }];
  const length = Buffer.from(secret, 'base64url').length;
  if (length < MIN_SECRET_BYTES) return [{ option, value: `(${length} bytes)`, fix: `must be at least ${MIN_SECRET_BYTES} bytes` }];
  return [];
}

function keyFault({ kid, algorithm, signKey, verifyKey }: AccessTokenKey): OptionFault[] {
  const kind = algorithm === 'HS256' ? 'secret' : algorithm === 'RS256' ? 'rsa' : 'ec';
  const kindOf = (key: KeyObject) => (key.type === 'secret' ? 'secret' : key.asymmetricKeyType);
  if (kindOf(signKey) !== kind || kindOf(verifyKey) !== kind)
    return [{ option: `key ${kid}`, value: kindOf(signKey), fix: `${algorithm} needs a key of kind ${kind}` }];
  if (kind === 'secret' && (signKey.symmetricKeySize ?? 0) < MIN_SECRET_BYTES)
    return [{ option: `key ${kid}`, value: signKey.symmetricKeySize, fix: 'HS256 needs at least 32 bytes' }];
  const bits = verifyKey.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < 2048) return [{ option: `key ${kid}`, value: bits, fix: 'RSA needs at least 2048 bits (3072 advised)' }];
  const curve = verifyKey.asymmetricKeyDetails?.namedCurve;
  if (curve !== undefined && curve !== 'prime256v1') return [{ option: `key ${kid}`, value: curve, fix: 'ES256 needs the curve P-256' }];
  return [];
}

function deriveAccessTokenKey(secret: Buffer, algorithm: Algorithm): AccessTokenKey {
  const kid = deriveBytes(secret, '', `latchkey kid ${algorithm}`, 9).toString('base64url');
  if (algorithm === 'ES256') return { kid, algorithm, ...deriveP256(secret) };
  const key = createSecretKey(deriveBytes(secret, '', 'latchkey access token HS256', 32));
  return { kid, algorithm, signKey: key, verifyKey: key };
}

/** A P-256 private key is any number from 1 to the group's order less 1; 16 spare bytes make the modulus's bias negligible (FIPS 186-5, A.2.1). */
function deriveP256(secret: Buffer): Pick<AccessTokenKey, 'signKey' | 'verifyKey'> {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const wide = BigInt(`0x${deriveBytes(secret, '', 'latchkey access token ES256', 48).toString('hex')}`);
  const d = Buffer.from(((wide % (order - 1n)) + 1n).toString(16).padStart(64, '0'), 'hex');
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const part = (bytes: Buffer) => bytes.toString('base64url');
  const signKey = createPrivateKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', d: part(d), x: part(point.subarray(1, 33)), y: part(point.subarray(33)) },
  });
  return { signKey, verifyKey: createPublicKey(signKey) };
}

function deriveMacKey(secret: Buffer): MacKey {
  const [id = 0] = deriveBytes(secret, '', 'latchkey refresh token key id', 1);
  return { id, key: createSecretKey(deriveBytes(secret, '', 'latchkey refresh token MAC', 32)) };
}

/** A key that seals batches of audit events. Several secrets may share an id: all of them are tried. */
export type AuditKey = MacKey;

/** Derives the keys of the audit log's seals: the first one seals, all of them verify. @param secrets as in {@link deriveKeyRing} */
export function deriveAuditKeys(secrets: readonly string[]): AuditKey[] {
  return secrets.map((secret) => {
    const bytes = Buffer.from(secret, 'base64url');
    const [id = 0] = deriveBytes(bytes, '', 'latchkey audit key id', 1);
    return { id, key: createSecretKey(deriveBytes(bytes, '', 'latchkey audit seal', 32)) };
  });
}
