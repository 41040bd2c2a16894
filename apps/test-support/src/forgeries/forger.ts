import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  type AccessTokenClaims,
  type AccessTokenKey,
  ALGORITHMS,
  type Algorithm,
  deriveKeyRing,
  type KeyRing,
  keyRing,
} from '@latchkey/core';

/** A token that must be rejected, and what is wrong with it. */
export interface Forgery {
  readonly title: string;
  readonly token: string;
}

/** The material of forgeries: a server's keys, one of each algorithm, and a victim's claims. */
export interface ForgingGround {
  /** The key that signs the victim's token. */
  readonly key: AccessTokenKey;
  /** The server's keys of the other algorithms. */
  readonly others: readonly AccessTokenKey[];
  /** A key of another server, with the same algorithm and `kid`. */
  readonly foreign: AccessTokenKey;
  readonly claims: AccessTokenClaims;
  /** The header of the victim's token. */
  readonly header: { readonly alg: Algorithm; readonly typ: string; readonly kid: string };
  /** The URL of a port that no request for a key may reach. */
  readonly lure: string;
}

/**
 * Creates a key ring that verifies with one key of each algorithm and signs with the given one.
 * Each call generates new keys under the same names.
 */
export function ringOfAll(algorithm: Algorithm): KeyRing {
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
  const keys = ALGORITHMS.map((name) => keyOf(name, secret));
  return keyRing(
    [
      ...keys.filter((key) => key.algorithm === algorithm),
      ...keys.filter((key) => key.algorithm !== algorithm),
    ],
    macKeysOf(secret),
  );
}

function keyOf(algorithm: Algorithm, secret: string): AccessTokenKey {
  const kid = `key-of-${algorithm}`;
  if (algorithm === 'HS256') return { ...deriveKeyRing([secret]).signing, kid };
  const { privateKey, publicKey } =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid, algorithm, signKey: privateKey, verifyKey: publicKey };
}

const macKeysOf = (secret: string) => deriveKeyRing([secret]).macVerifying;

/**
 * Collects the material of forgeries.
 *
 * @param lure the URL of a port that no request may reach
 */
export function forgingGround(
  ring: KeyRing,
  claims: AccessTokenClaims,
  lure: string,
): ForgingGround {
  const key = ring.signing;
  const others = [...ring.verifying.values()].filter(({ kid }) => kid !== key.kid);
  const header = { alg: key.algorithm, typ: 'at+jwt', kid: key.kid };
  return { key, others, foreign: ringOfAll(key.algorithm).signing, claims, header, lure };
}

/** Encodes a segment of a token: text and bytes unchanged, other values as JSON. */
export function segment(value: unknown): string {
  return Buffer.from(
    typeof value === 'string' || Buffer.isBuffer(value) ? value : (JSON.stringify(value) ?? ''),
  ).toString('base64url');
}

/** Signs any header and payload with a valid signature. */
export function signed(
  header: unknown,
  payload: unknown,
  key: Pick<AccessTokenKey, 'algorithm' | 'signKey'>,
): string {
  const input = `${segment(header)}.${segment(payload)}`;
  return `${input}.${signatureOf(input, key).toString('base64url')}`;
}

export function signatureOf(
  input: string,
  { algorithm, signKey }: Pick<AccessTokenKey, 'algorithm' | 'signKey'>,
): Buffer {
  if (algorithm === 'HS256') return hmac(input, signKey);
  return sign(
    'sha256',
    Buffer.from(input),
    algorithm === 'ES256' ? { key: signKey, dsaEncoding: 'ieee-p1363' } : signKey,
  );
}

export function hmac(input: string, key: KeyObject | string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(input).digest();
}

/** Creates an ES256 signature in DER form, as certificates have it. */
export function derSignature(input: string, { signKey }: Pick<AccessTokenKey, 'signKey'>): Buffer {
  return sign('sha256', Buffer.from(input), signKey);
}

/** Returns JSON with the value of one member inserted verbatim. */
export function withRaw(members: object, name: string, raw: string): string {
  const rest = Object.entries(members).map(
    ([key, value]) => `${JSON.stringify(key)}:${key === name ? raw : JSON.stringify(value)}`,
  );
  return `{${rest.join(',')}}`;
}

/** Returns JSON in which one member occurs twice, the second one before or after the others. */
export function withTwin(
  members: object,
  name: string,
  value: unknown,
): readonly [before: string, after: string] {
  const json = JSON.stringify(members);
  const twin = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  return [json.replace('{', `{${twin},`), json.replace(/\}$/, `,${twin}}`)];
}
