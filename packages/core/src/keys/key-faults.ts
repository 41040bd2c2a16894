import { createPublicKey, type KeyObject } from 'node:crypto';
import { hashSecret } from '../lib/crypto.ts';
import type { OptionFault } from '../lib/options-error.ts';
import type { AccessTokenKey, MacKey } from './keys.ts';
import { rsaWeakness } from './weak-rsa.ts';
import { patternOf, secretWeakness } from './weak-secrets.ts';

/** A key, and the name by which fault messages refer to it. */
export interface NamedKey {
  readonly name: string;
  readonly key: AccessTokenKey | MacKey;
}

/**
 * The first characters (of n, x or k) of keys whose private part is printed in RFC 7515, 7517, 7520
 * or on jwt.io.
 */
const PUBLISHED = [
  'ofgWCuLjybRlzo0tZWJj',
  'f83OJ3D2xF1Bg8vub9tL',
  'AyM1SysPpbyDfgZld3um',
  '0vx7agoebGcQSuuPiLJX',
  'MKBCTNIcKUSDii11ySs3',
  'n4EPtAOCc9AlkeQHPzHS',
  'hJtXIZ2uSN5kbQfbtTNW',
  'u1SU1LfVLPHCozMxH2Mo',
];
/**
 * The order of P-256. A private number within 2^128 of 0 or of the order can be found by search.
 */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SEARCHABLE = 1n << 128n;

/** Results by key, cached because a ring is rebuilt from the same keys at each key rotation. */
const judged = new WeakMap<object, string | null>();

/**
 * Finds weak keys and, if none is weak, keys that share material. Faults contain no key material.
 *
 * @example
 * import { keyFaults } from '@latchkey/core';
 *
 * const keys = [{ name: 'signing', key: ring.signing }, { name: 'mac', key: ring.macSigning }];
 * for (const { option, fix } of keyFaults(keys)) console.error(`${option}: ${fix}`);
 */
export function keyFaults(keys: readonly NamedKey[]): OptionFault[] {
  const faults = keys.flatMap(({ name, key }) =>
    faultOf(name, 'signKey' in key ? accessKeyWeakness(key) : macKeyWeakness(key)),
  );
  return faults.length > 0 ? faults : sharedFaults(keys);
}

/**
 * Finds keys that equal a secret from which other keys are derived.
 *
 * @param secrets base64url, as in `deriveKeyRing`
 * @example
 * import { reusedSecretFaults } from '@latchkey/core';
 *
 * const keys = [{ name: 'mac', key: ring.macSigning }];
 * const faults = reusedSecretFaults(keys, [secret]); // [] unless the secret is used twice
 */
export function reusedSecretFaults(
  keys: readonly NamedKey[],
  secrets: readonly string[],
): OptionFault[] {
  const known = new Set(secrets.map((secret) => hashSecret(Buffer.from(secret, 'base64url'))));
  return keys.flatMap(({ name, key }) =>
    known.has(identityOf(key))
      ? faultOf(name, 'is one of the secrets that other keys are derived from: generate a new key')
      : [],
  );
}

function faultOf(name: string, weakness: string | null): OptionFault[] {
  return weakness === null ? [] : [{ option: `key ${name}`, value: '(hidden)', fix: weakness }];
}

function accessKeyWeakness(key: AccessTokenKey): string | null {
  const { algorithm, signKey, verifyKey } = key;
  const kind = algorithm === 'HS256' ? 'secret' : algorithm === 'RS256' ? 'rsa' : 'ec';
  const [found] = [signKey, verifyKey].map(kindOf).filter((each) => each !== kind);
  if (found) return `is of kind ${found}: ${algorithm} needs a key of kind ${kind}`;
  if (!partsMatch(key))
    return 'has private and public parts that do not belong together: generate both as one pair';
  return once(signKey, () => {
    if (kind === 'secret') return secretKeyWeakness(signKey);
    if (isPublished(verifyKey)) return PUBLISHED_FIX;
    return kind === 'rsa' ? rsaWeakness(verifyKey) : ecWeakness(key);
  });
}

const PUBLISHED_FIX = 'is printed in public documentation: generate one of your own';

function macKeyWeakness({ key }: MacKey): string | null {
  if (key.type !== 'secret') return `is of kind ${kindOf(key)}: a MAC key is a secret`;
  return once(key, () => secretKeyWeakness(key));
}

function secretKeyWeakness(key: KeyObject): string | null {
  return secretWeakness(key.export()) ?? (isPublished(key) ? PUBLISHED_FIX : null);
}

/** Checks the curve and the private number; Node itself rejects points off the curve on import. */
function ecWeakness({ signKey, verifyKey }: AccessTokenKey): string | null {
  const curve = verifyKey.asymmetricKeyDetails?.namedCurve;
  if (curve !== 'prime256v1') return `is on the curve ${curve}: ES256 needs the curve P-256`;
  if (signKey.type !== 'private') return null;
  const bytes = Buffer.from(signKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const d = BigInt(`0x${bytes.toString('hex') || '0'}`);
  const isGuessable = d < SEARCHABLE || P256_ORDER - d < SEARCHABLE || patternOf(bytes) !== null;
  return isGuessable ? 'has a private number that can be guessed: generate a new key' : null;
}

function partsMatch({ signKey, verifyKey }: AccessTokenKey): boolean {
  return signKey.type === 'private'
    ? createPublicKey(signKey).equals(verifyKey)
    : signKey.equals(verifyKey);
}

function isPublished(key: KeyObject): boolean {
  const { n, x, k } = key.export({ format: 'jwk' });
  return PUBLISHED.some((start) => (n ?? x ?? k ?? '').startsWith(start));
}

function sharedFaults(keys: readonly NamedKey[]): OptionFault[] {
  const identities = keys.map(({ key }) => identityOf(key));
  const publicTexts = new Map(
    keys.flatMap(({ name, key }) => publicForms(key).map((form) => [hashSecret(form), name])),
  );
  return keys.flatMap(({ name }, index) => {
    const first = identities.indexOf(identities[index] ?? '');
    if (first < index)
      return faultOf(
        name,
        `is the same key as ${keys[first]?.name}: use a different key for each name and purpose`,
      );
    const shown = publicTexts.get(identities[index] ?? '');
    return shown === undefined
      ? []
      : faultOf(name, `is a secret made of the public key ${shown}: use 32 random bytes`);
  });
}

/**
 * Returns equal texts for equal key material. Two RSA keys with one modulus count as one key:
 * either private key yields the other.
 */
function identityOf(key: AccessTokenKey | MacKey): string {
  const object = 'signKey' in key ? key.verifyKey : key.key;
  if (object.type === 'secret') return hashSecret(object.export());
  const { n, x, y } = object.export({ format: 'jwk' });
  return `public ${hashSecret(Buffer.from(n ?? `${x}.${y}`))}`;
}

/**
 * Returns the numbers of a public key, as bytes and as text; `secretWeakness` covers PEM, DER and
 * JWK.
 */
function publicForms(key: AccessTokenKey | MacKey): Buffer[] {
  if (!('signKey' in key) || key.algorithm === 'HS256') return [];
  const { n, x, y } = key.verifyKey.export({ format: 'jwk' });
  const [texts, bytes] = [
    [n, x, y].filter((part) => part !== undefined),
    (part: string) => Buffer.from(part, 'base64url'),
  ];
  return [
    ...texts.flatMap((part) => [Buffer.from(part), bytes(part)]),
    Buffer.concat(texts.map(bytes)),
    Buffer.concat([Buffer.of(4), ...texts.map(bytes)]),
  ];
}

function kindOf(key: KeyObject): string | undefined {
  return key.type === 'secret' ? 'secret' : key.asymmetricKeyType;
}

function once(key: KeyObject, judge: () => string | null): string | null {
  const known = judged.get(key);
  if (known !== undefined) return known;
  const verdict = judge();
  judged.set(key, verdict);
  return verdict;
}
