import { getDiffieHellman, hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseKeySet } from './private-jwk.ts';
import {
  der,
  ecOf,
  faultsOf,
  nextPrime,
  octOf,
  order,
  P,
  pem,
  Q,
  rocaPrime,
  rsaOf,
  sound,
  soundEc,
  told,
} from './testing/weak-keys.ts';

const WEAK: [sign: string, jwk: () => object, message: RegExp][] = [
  ['the public exponent 1', () => rsaOf(P, Q, 1n), /public exponent 1, which is below 65537/],
  ['the public exponent 3', () => rsaOf(P, Q, 3n), /public exponent 3, which is below 65537/],
  [
    'the public exponent 65535',
    () => rsaOf(P, Q, 65_535n),
    /public exponent 65535, which is below 65537/,
  ],
  ['an even public exponent', () => rsaOf(P, Q, 65_538n), /even public exponent/],
  [
    'an enormous public exponent',
    () => rsaOf(P, Q, (1n << 256n) + 1n),
    /public exponent of more than 256 bits/,
  ],
  [
    '2047 bits',
    () => rsaOf((1n << 1023n) + 1n, (1n << 1023n) + 3n, 65_537n),
    /modulus of 2047 bits: RSA needs at least 2048/,
  ],
  ['an even modulus', () => rsaOf(2n, P * Q, 65_537n), /even modulus/],
  [
    'a modulus that a small prime divides',
    () => rsaOf(9_973n, P * Q, 65_537n),
    /modulus that 9973 divides/,
  ],
  [
    'a prime as modulus',
    () => ({ ...rsaOf(P, Q, 65_537n), n: getDiffieHellman('modp14').getPrime('base64url') }),
    /prime as modulus/,
  ],
  ['a square as modulus', () => rsaOf(P, P, 65_537n), /two primes are close/],
  ['two primes next to each other', () => rsaOf(P, nextPrime(P), 65_537n), /two primes are close/],
  ['the fingerprint of ROCA', () => rsaOf(rocaPrime(), rocaPrime(), 65_537n), /ROCA/],
  [
    'a modulus from RFC 7515',
    () => ({ ...rsaOf(P, Q, 65_537n), n: `ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd${'w'.repeat(309)}` }),
    /printed in public documentation/,
  ],
  [
    'a point off the curve',
    () => ({ ...ecOf(Buffer.alloc(32, 'd')), y: ecOf(Buffer.alloc(32, 'e')).y }),
    /is not a valid EC key/,
  ],
  [
    'the private number 1',
    () => ecOf(Buffer.from('1'.padStart(64, '0'), 'hex')),
    /private number that can be guessed/,
  ],
  [
    'a small private number',
    () => ecOf(Buffer.from('ff'.repeat(16).padStart(64, '0'), 'hex')),
    /private number that can be guessed/,
  ],
  [
    'a private number next to the order',
    () => ecOf(Buffer.from((order - 2n).toString(16), 'hex')),
    /private number that can be guessed/,
  ],
  [
    'a private number of one byte',
    () => ecOf(Buffer.alloc(32, 7)),
    /private number that can be guessed/,
  ],
  [
    '31 bytes',
    () => octOf(hash('sha256', 'x', 'buffer').subarray(0, 31)),
    /has 31 bytes: use at least 32/,
  ],
  ['zeros', () => octOf(Buffer.alloc(32)), /is all zeros/],
  ['zeros as a MAC key', () => octOf(Buffer.alloc(64), { use: 'refresh-token' }), /is all zeros/],
  ['one byte', () => octOf(Buffer.alloc(48, 0xa5), { use: 'refresh-token' }), /repeats one byte/],
  ['a pattern', () => octOf(Buffer.alloc(33, 'replace me')), /repeats a pattern of 10 bytes/],
  [
    '16 bytes twice',
    () => octOf(Buffer.alloc(32, hash('sha256', 'x', 'buffer').subarray(0, 16))),
    /repeats a pattern of 16 bytes/,
  ],
  [
    'a count',
    () => octOf(Buffer.from(Array.from({ length: 32 }, (_, index) => index))),
    /counts up or down/,
  ],
  [
    'seven different bytes',
    () => octOf(Buffer.from('abcdefgaabbccddeeffggabcgfedcbag')),
    /consists of 7 different bytes/,
  ],
  ['the PEM of a public key', () => octOf(Buffer.from(pem(sound.publicKey))), /text of a key/],
  [
    'the PKCS #1 of a public key',
    () => octOf(Buffer.from(pem(sound.publicKey, 'pkcs1').trim())),
    /text of a key/,
  ],
  ['the DER of a public key', () => octOf(der(soundEc.publicKey)), /text of a key/],
  [
    'the base64 of a public key',
    () => octOf(Buffer.from(der(soundEc.publicKey).toString('base64'))),
    /text of a key/,
  ],
  [
    'the JWK of a public key',
    () => octOf(Buffer.from(JSON.stringify(soundEc.publicKey.export({ format: 'jwk' })))),
    /text of a key/,
  ],
];

describe('parseKeySet, given a weak key', () => {
  it.each(WEAK)(
    'rejects a key with %s: one fault that names the key and the fix, without key material',
    (_sign, jwk, message) => {
      const weak = jwk();
      const faults = faultsOf(() => parseKeySet(JSON.stringify({ keys: [weak] })));
      expect(faults).toHaveLength(1);
      expect(faults[0]?.option).toBe('key weak');
      expect(faults[0]?.fix).toMatch(message);
      expect(faults[0]?.fix).toMatch(/use|generate|needs/);
      for (const part of Object.values(weak).filter((value) => String(value).length > 20))
        expect(JSON.stringify(faults)).not.toContain(part);
    },
  );

  it('parseKeySet accepts generated keys of every algorithm', () => {
    const jwks = [
      { ...sound.privateKey.export({ format: 'jwk' }), kid: 'rsa', alg: 'RS256' },
      { ...soundEc.privateKey.export({ format: 'jwk' }), kid: 'ec', alg: 'ES256' },
      ...Array.from({ length: 500 }, (_, index) =>
        octOf(hash('sha256', `${index}`, 'buffer'), { kid: `oct-${index}` }),
      ),
    ];
    expect(parseKeySet(JSON.stringify({ keys: jwks }))).toHaveLength(502);
  });
});

describe('parseKeySet, given keys that share material', () => {
  const bytes = hash('sha256', 'shared', 'buffer');
  const modulus = Buffer.from(String(sound.publicKey.export({ format: 'jwk' }).n), 'base64url');
  const rsa = { ...sound.privateKey.export({ format: 'jwk' }), kid: 'rsa', alg: 'RS256' };
  it.each<[string, object[], RegExp]>([
    [
      'one secret for two purposes',
      [octOf(bytes, { kid: 'a' }), octOf(bytes, { kid: 'b', use: 'refresh-token' })],
      /key b is the same key as a/,
    ],
    [
      'one secret under two names',
      [octOf(bytes, { kid: 'a' }), octOf(bytes, { kid: 'b' })],
      /key b is the same key as a/,
    ],
    [
      'one RSA key under two names',
      [rsa, { ...rsa, kid: 'again' }],
      /key again is the same key as rsa/,
    ],
    [
      'a secret that is the modulus of a public key',
      [rsa, octOf(modulus, { kid: 'mac' })],
      /key mac is a secret made of the public key rsa/,
    ],
    [
      'a secret that is the text of a modulus',
      [octOf(Buffer.from(rsa.n ?? ''), { kid: 'mac' }), rsa],
      /key mac is a secret made of the public key rsa/,
    ],
  ])('rejects a key set with %s', (_title, keys, message) => {
    expect(told(() => parseKeySet(JSON.stringify({ keys })))).toEqual([
      expect.stringMatching(message),
    ]);
  });
});
