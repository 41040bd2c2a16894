import { createSecretKey, generateKeyPairSync, hash } from 'node:crypto';
import type { OptionsError } from '@latchkey/core';
import { type AccessTokenKey, keyRing } from '@latchkey/core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PrivateJwk } from './jwk-members.ts';
import { exportJwk, generateJwk, importJwk, parseKeySet } from './private-jwk.ts';
import { publicJwks } from './public-jwks.ts';

let ec: PrivateJwk;
let rsa: PrivateJwk;
let oct: PrivateJwk;
beforeAll(async () => {
  [ec, rsa, oct] = await Promise.all([
    generateJwk('access-token', 'ES256'),
    generateJwk('access-token', 'RS256'),
    generateJwk('access-token', 'HS256'),
  ]);
});

const set = (...keys: object[]) => JSON.stringify({ keys });
const keyOf = (jwk: object) => {
  const [key] = parseKeySet(set(jwk));
  if (key?.purpose !== 'access-token' || !key.key) throw new Error('no access-token key');
  return key.key;
};
const faults = (text: string) => {
  try {
    parseKeySet(text);
    return [];
  } catch (error) {
    return (error as OptionsError).faults;
  }
};

describe('generateJwk', () => {
  it('generates the kind of key that the algorithm needs; RSA with 3072 bits', () => {
    expect([
      keyOf(ec).signKey.asymmetricKeyType,
      keyOf(rsa).verifyKey.asymmetricKeyDetails?.modulusLength,
      keyOf(oct).signKey.symmetricKeySize,
    ]).toEqual(['ec', 3072, 32]);
  });

  it('generates HS256 keys for refresh tokens', async () => {
    expect(importJwk(await generateJwk('refresh-token', 'RS256'), 'key')).toMatchObject({
      purpose: 'refresh-token',
      algorithm: 'HS256',
    });
  });

  it('imports an exported key unchanged', async () => {
    for (const jwk of [ec, rsa, oct, await generateJwk('refresh-token', 'HS256')]) {
      const key = importJwk(jwk, 'key');
      if (Array.isArray(key)) throw new Error('faulty');
      expect(importJwk(exportJwk(key), 'key')).toEqual(key);
    }
  });
});

describe('parseKeySet', () => {
  it('reads purpose and date of each key in a set; the first undated key comes last', () => {
    const keys = parseKeySet(
      set(
        { ...ec, kid: 'one' },
        { ...oct, kid: 'two', use: 'refresh-token', id: 9 },
        { ...rsa, kid: 'three', nbf: 1_800_000_000.5 },
      ),
    );
    expect(keys).toMatchObject([
      { kid: 'three', purpose: 'access-token', signsFrom: 1_800_000_000_500 },
      { kid: 'two', purpose: 'refresh-token', signsFrom: null, key: { id: 9 } },
      { kid: 'one', purpose: 'access-token', signsFrom: null },
    ]);
  });

  it('ignores unknown members of a JWK', () => {
    expect(
      parseKeySet(JSON.stringify({ keys: [{ ...ec, key_ops: ['sign'], x5t: 'abc' }], more: 1 })),
    ).toHaveLength(1);
  });

  it.each<[string, () => string, RegExp]>([
    ['text that is not JSON', () => '{', /^keys: must be a JWK Set/],
    ['an array instead of a JWK Set', () => '[]', /^keys: must be a JWK Set/],
    ['an empty JWK Set', () => set(), /^keys: must hold at least one/],
    ['an unknown key type', () => set({ kty: 'OKP' }), /^keys\[0\]\.kty: must be a private key/],
    ['a public key', () => set({ ...ec, d: undefined }), /^keys\[0\]\.d: /],
    [
      'the algorithm none',
      () => set({ ...ec, alg: 'none' }),
      /^keys\[0\]\.alg: must be one of HS256, RS256, ES256/,
    ],
    [
      'a kid with a path in it',
      () => set({ ...ec, kid: '../key' }),
      /^keys\[0\]\.kid: must be 1 to 64/,
    ],
    ['an unknown use', () => set({ ...ec, use: 'enc' }), /^keys\[0\]\.use: must be sig/],
    [
      'an EC key for RS256',
      () => set({ ...ec, alg: 'RS256' }),
      /is of kind ec: RS256 needs a key of kind rsa/,
    ],
    [
      'a secret of 16 bytes',
      () => set({ ...oct, k: 'A'.repeat(22) }),
      /has 16 bytes: use at least 32 random bytes/,
    ],
    [
      'an RSA key of 1024 bits',
      () => set(smallRsa()),
      /has a modulus of 1024 bits: RSA needs at least 2048 bits/,
    ],
    ['an RSA key as MAC key', () => set({ ...rsa, use: 'refresh-token' }), /MAC key: HS256/],
    ['two keys with one kid', () => set(ec, { ...oct, kid: ec.kid }), /^kid: must differ/],
    [
      'a public part of another key pair',
      () => set({ ...ec, ...publicPart() }),
      /is not a valid EC key|do not belong together/,
    ],
  ])('parseKeySet rejects %s, and repeats no secret', (_name, text, message) => {
    const found = faults(text());
    expect(found.map(({ option, fix }) => `${option}: ${fix}`).join('\n')).toMatch(message);
    for (const secret of [ec, rsa, oct].flatMap(secretsOf))
      expect(JSON.stringify(found)).not.toContain(secret);
  });

  const secretsOf = (jwk: PrivateJwk) =>
    jwk.kty === 'oct' ? [jwk.k] : jwk.kty === 'RSA' ? [jwk.d, jwk.p, jwk.q] : [jwk.d];
  const smallRsa = () => ({
    ...generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' }),
    kid: 'small',
    alg: 'RS256',
  });
  const publicPart = () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
});

describe('publicJwks', () => {
  const ringOf = (...keys: AccessTokenKey[]) =>
    keyRing(keys, [{ id: 1, key: createSecretKey(hash('sha256', 'a MAC key', 'buffer')) }]);

  it('publicJwks contains only the public members of each key, and no secret keys', () => {
    const { keys } = publicJwks(ringOf(keyOf(ec), keyOf(rsa), keyOf(oct)));
    expect(keys.map((key) => Object.keys(key).toSorted())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
      ['alg', 'e', 'kid', 'kty', 'n', 'use'],
    ]);
    expect(publicJwks(ringOf(keyOf(oct))).keys).toEqual([]);
  });

  it('publicJwks has a version that changes when the keys change, and only then', () => {
    const versions = [
      ringOf(keyOf(ec)),
      ringOf(keyOf(ec)),
      ringOf(keyOf(rsa)),
      ringOf(keyOf(ec), keyOf(rsa)),
    ].map((ring) => publicJwks(ring).version);
    expect([new Set(versions).size, versions[0] === versions[1]]).toEqual([3, true]);
  });
});
