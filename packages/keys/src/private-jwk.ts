import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import {
  type AccessTokenKey,
  type Algorithm,
  faultsOf,
  keyFaults,
  type OptionFault,
  OptionsError,
} from '@latchkey/core';
import { hashSecret, randomSecret } from '@latchkey/core/crypto';
import { z } from 'zod';
import { type PrivateJwk, privateJwk } from './jwk-members.ts';
import type { KeyPurpose, ManagedKey } from './key-lifecycle.ts';
import { namedKeys } from './key-lifecycle.ts';

const RSA_BITS = 3072;
const KID_BYTES = 9;

const keySet = z.object(
  { keys: z.array(z.unknown()).min(1, 'must hold at least one key') },
  'must be a JWK Set: {"keys": [...]}',
);

/** The members of a JWK whose value an error message may repeat. */
const PUBLIC_MEMBERS = /\.(kid|alg|use|kty|crv|nbf|id)$/;

/**
 * Parses a JWK Set of private keys (RFC 7517, 5); unknown members are ignored. A key signs from its
 * `nbf` on. Of keys without `nbf`, the first one of each purpose signs.
 *
 * @throws OptionsError listing every fault, without key material
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { parseKeySet, staticKeys } from '@latchkey/keys';
 *
 * const source = staticKeys(parseKeySet(await readFile('keys.json', 'utf8')));
 */
export function parseKeySet(text: string): ManagedKey[] {
  const set = keySet.safeParse(parseJson(text));
  if (!set.success)
    throw new OptionsError(
      set.error.issues.map(({ message }) => ({ option: 'keys', value: undefined, fix: message })),
    );
  const results = set.data.keys.map((jwk, index) => importJwk(jwk, `keys[${index}]`));
  const keys = results.flatMap((result) => (Array.isArray(result) ? [] : [result]));
  const faults = results.flatMap((result) => (Array.isArray(result) ? result : []));
  const repeated = keys.filter(
    (key, index) => keys.findIndex(({ kid }) => kid === key.kid) !== index,
  );
  faults.push(
    ...repeated.map(({ kid }) => ({ option: 'kid', value: kid, fix: 'must differ between keys' })),
  );
  if (faults.length === 0) faults.push(...keyFaults(namedKeys(keys)));
  if (faults.length > 0) throw new OptionsError(faults);
  return keys.toReversed();
}

/**
 * Parses one private key, or returns its faults.
 *
 * @param option the name of the key in faults until its `kid` is known
 */
export function importJwk(jwk: unknown, option: string): ManagedKey | OptionFault[] {
  const parsed = privateJwk.safeParse(jwk);
  if (!parsed.success)
    return faultsOf(parsed.error, jwk).map(({ fix, ...fault }) => {
      const name = `${option}.${fault.option}`;
      return { option: name, value: PUBLIC_MEMBERS.test(name) ? fault.value : '(hidden)', fix };
    });
  const { kid, alg: algorithm, use, nbf } = parsed.data;
  const signKey = keyObjectOf(parsed.data);
  if (!signKey)
    return [
      {
        option: `key ${kid}`,
        value: '(hidden)',
        fix: `is not a valid ${parsed.data.kty} key: generate a new one`,
      },
    ];
  const key = {
    kid,
    algorithm,
    signKey,
    verifyKey: signKey.type === 'secret' ? signKey : createPublicKey(signKey),
  };
  if (use !== 'sig' && algorithm !== 'HS256')
    return [
      { option: `key ${kid}`, value: algorithm, fix: `a key for use ${use} is a MAC key: HS256` },
    ];
  const faults = keyFaults([{ name: kid, key }]);
  if (faults.length > 0) return faults;
  if (!worksTogether(key))
    return [
      {
        option: `key ${kid}`,
        value: '(hidden)',
        fix: 'has private and public parts that do not belong together: generate both as one pair',
      },
    ];
  const dates = {
    kid,
    algorithm,
    signsFrom: nbf === undefined ? null : Math.round(nbf * 1000),
    revokedAt: null,
  };
  return use === 'sig'
    ? { ...dates, purpose: 'access-token', key }
    : { ...dates, purpose: use, key: { id: parsed.data.id ?? idOf(kid), key: signKey } };
}

/**
 * Generates a random key. Keys for refresh tokens are always HS256. RSA keys are generated off the
 * event loop and take up to a second.
 *
 * @example
 * import { writeFile } from 'node:fs/promises';
 * import { generateJwk, KEY_PURPOSES } from '@latchkey/keys';
 *
 * const keys = await Promise.all(KEY_PURPOSES.map((purpose) => generateJwk(purpose, 'ES256')));
 * await writeFile('keys.json', JSON.stringify({ keys }), { mode: 0o600 });
 */
export async function generateJwk(purpose: KeyPurpose, algorithm: Algorithm): Promise<PrivateJwk> {
  const alg = purpose === 'access-token' ? algorithm : 'HS256';
  const key = alg === 'HS256' ? createSecretKey(randomSecret(32)) : await generatePrivateKey(alg);
  const kid = randomSecret(KID_BYTES).toString('base64url');
  return {
    ...key.export({ format: 'jwk' }),
    kid,
    alg,
    use: purpose === 'access-token' ? 'sig' : purpose,
  } as PrivateJwk;
}

/** Returns the private JWK of a key, without its dates; `null` for a revoked key. */
export function exportJwk(key: ManagedKey): PrivateJwk | null {
  if (!key.key) return null;
  const { kid, algorithm: alg } = key;
  if (key.purpose === 'access-token')
    return { ...key.key.signKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } as PrivateJwk;
  return {
    ...key.key.key.export({ format: 'jwk' }),
    kid,
    alg,
    use: key.purpose,
    id: key.key.id,
  } as PrivateJwk;
}

function generatePrivateKey(algorithm: 'RS256' | 'ES256'): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, _publicKey: KeyObject, privateKey: KeyObject) =>
      error ? reject(error) : resolve(privateKey);
    if (algorithm === 'RS256') generateKeyPair('rsa', { modulusLength: RSA_BITS }, done);
    else generateKeyPair('ec', { namedCurve: 'P-256' }, done);
  });
}

function keyObjectOf(jwk: z.output<typeof privateJwk>): KeyObject | null {
  try {
    return jwk.kty === 'oct'
      ? createSecretKey(Buffer.from(jwk.k, 'base64url'))
      : createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    return null;
  }
}

/**
 * Whether the public part of a key verifies what its private part signs: a key assembled by hand
 * may be of two pairs.
 */
function worksTogether({ algorithm, signKey, verifyKey }: AccessTokenKey): boolean {
  if (algorithm === 'HS256') return true;
  const probe = randomSecret(16);
  return verify('sha256', probe, verifyKey, sign('sha256', probe, signKey));
}

/**
 * Returns the default `id` of a MAC key: derived from its `kid`, so that it is the same on every
 * node.
 */
function idOf(kid: string): number {
  return Buffer.from(hashSecret(Buffer.from(kid)), 'base64url')[0] ?? 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
