import {
  checkPrimeSync,
  createECDH,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  generatePrimeSync,
  getDiffieHellman,
  hash,
  type KeyObject,
} from 'node:crypto';
import {
  type AccessTokenKey,
  deriveAuditKeys,
  deriveDeviceKeys,
  deriveKeyEncryptionKeys,
  deriveKeyRing,
  keyRing,
  type OptionFault,
  type OptionsError,
  parseSessionOptions,
} from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { describe, expect, it } from 'vitest';
import { databaseKeys, type KeyTable, type StoredKey } from './database-keys.ts';
import { derivedKeys } from './derived-keys.ts';
import { type KeyDates, keyLifetimes, type ManagedKey } from './key-lifecycle.ts';
import { type PrivateJwk, parseKeySet } from './private-jwk.ts';
import { rotatingKeyRing } from './rotating-key-ring.ts';
import { accessKey, macKey } from './testing/test-keys.ts';
import { watchKeys } from './watch-keys.ts';

const base64url = (value: bigint) => {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex').toString('base64url');
};
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (a > 1n && b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}
/** Makes the private JWK of an RSA key from two primes (or composites) and an exponent. */
function rsaOf(p: bigint, q: bigint, e: bigint) {
  const d = inverse(e, (p - 1n) * (q - 1n));
  const numbers = {
    n: p * q,
    e,
    d,
    p,
    q,
    dp: d % (p - 1n),
    dq: q > 1n ? d % (q - 1n) : 1n,
    qi: inverse(q, p),
  };
  return {
    kty: 'RSA',
    alg: 'RS256',
    kid: 'weak',
    ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, base64url(value)])),
  };
}
const prime = (bits: number) => generatePrimeSync(bits, { bigint: true });
function nextPrime(from: bigint): bigint {
  let candidate = from + 2n;
  while (!checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}
/** Finds a prime of the form that Infineon's library generated (ROCA, CVE-2017-15361). */
function rocaPrime(): bigint {
  let product = 1n;
  for (let candidate = 2n; candidate <= 701n; candidate++)
    if (checkPrimeSync(candidate)) product *= candidate;
  let power = 1n;
  for (let step = 0; step < 4711; step++) power = (power * 65_537n) % product;
  const bits = 1024 - product.toString(2).length;
  for (let k = (3n << BigInt(bits - 1)) / 2n; ; k++)
    if (checkPrimeSync(k * product + power)) return k * product + power;
}
const [P, Q] = [prime(1024), prime(1024)];
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
function ecOf(d: Buffer) {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const [x, y] = [
    point.subarray(1, 33).toString('base64url'),
    point.subarray(33).toString('base64url'),
  ];
  return { kty: 'EC', crv: 'P-256', alg: 'ES256', kid: 'weak', d: d.toString('base64url'), x, y };
}
const octOf = (bytes: Buffer, more: object = {}) => ({
  kty: 'oct',
  alg: 'HS256',
  kid: 'weak',
  k: bytes.toString('base64url'),
  ...more,
});
const sound = generateKeyPairSync('rsa', { modulusLength: 2048 });
const soundEc = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject, type: 'spki' | 'pkcs1' = 'spki') =>
  key.export({ format: 'pem', type }).toString();
const der = (key: KeyObject) => key.export({ format: 'der', type: 'spki' });

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

const faultsOf = (work: () => unknown) => {
  try {
    work();
    return [];
  } catch (error) {
    return (error as OptionsError).faults;
  }
};
const told = (work: () => unknown) => faultsOf(work).map(({ option, fix }) => `${option} ${fix}`);

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

describe('weak keys at every entry point', () => {
  const weakSecret = createSecretKey(Buffer.alloc(32));
  const weakMac = { id: 1, key: weakSecret };
  const weakAccess: AccessTokenKey = {
    kid: 'weak',
    algorithm: 'HS256',
    signKey: weakSecret,
    verifyKey: weakSecret,
  };
  const soundAccess = accessKey('sound', null).key as AccessTokenKey;
  const soundMac = { id: 2, key: createSecretKey(hash('sha256', 'mac', 'buffer')) };
  const clock = settableClock();
  const lifetimes = keyLifetimes(parseSessionOptions());
  const dated = (key: AccessTokenKey): ManagedKey[] => [
    {
      kid: key.kid,
      purpose: 'access-token',
      algorithm: 'HS256',
      signsFrom: null,
      revokedAt: null,
      key,
    },
    macKey('mac', 'refresh-token', null),
  ];
  const zeros = Buffer.alloc(32).toString('base64url');
  const two = [Buffer.from('the secret of these tests, number 1').toString('base64url')];

  it.each<[string, () => unknown, RegExp]>([
    ['keyRing', () => keyRing([weakAccess], [soundMac]), /key weak is all zeros/],
    [
      'keyRing, for its MAC keys',
      () => keyRing([soundAccess], [soundMac, weakMac]),
      /key macKeys\[1\] is all zeros/,
    ],
    [
      'keyRing, for one secret used twice',
      () => keyRing([soundAccess], [{ id: 1, key: soundAccess.signKey }]),
      /key macKeys\[0\] is the same key as sound/,
    ],
    [
      'keyRing, for parts of two key pairs',
      () => keyRing([{ ...soundAccess, verifyKey: weakSecret }], [soundMac]),
      /do not belong together/,
    ],
    [
      'keyRing, for parts of two RSA key pairs',
      () => keyRing([pairOf(sound.privateKey, rsaPublic())], [soundMac]),
      /do not belong together/,
    ],
    [
      'rotatingKeyRing',
      () => rotatingKeyRing(dated(weakAccess), lifetimes, clock),
      /key weak is all zeros/,
    ],
    [
      'rotatingKeyRing.replace',
      () => rotatingKeyRing(dated(soundAccess), lifetimes, clock).replace(dated(weakAccess)),
      /key weak is all zeros/,
    ],
    ['deriveKeyRing', () => deriveKeyRing([zeros]), /secrets\[0\] is all zeros/],
    ['deriveAuditKeys', () => deriveAuditKeys([zeros]), /secrets\[0\] is all zeros/],
    ['deriveDeviceKeys', () => deriveDeviceKeys([zeros]), /secrets\[0\] is all zeros/],
    ['derivedKeys', () => derivedKeys([zeros], 'access-token'), /secrets\[0\] is all zeros/],
    [
      'deriveKeyEncryptionKeys',
      () => deriveKeyEncryptionKeys([zeros]),
      /secrets\[0\] is all zeros/,
    ],
    [
      'deriveKeyRing, for a secret given twice',
      () => deriveKeyRing([...two, ...two]),
      /secrets\[1\] is the same as secrets\[0\]/,
    ],
    [
      'deriveKeyRing, for the text of a public key',
      () => deriveKeyRing([Buffer.from(pem(sound.publicKey)).toString('base64url')]),
      /secrets\[0\] is the text of a key/,
    ],
  ])('rejects a weak key in %s', (_title, enter, message) => {
    expect(told(enter)).toEqual([expect.stringMatching(message)]);
  });

  it("rejects weak keys from an adopter's own key source in watchKeys", async () => {
    const source = { load: async () => dated(weakAccess) };
    await expect(watchKeys({ source, lifetimes, clock, reloadSeconds: 10 })).rejects.toThrow(
      /key weak.*is all zeros/,
    );
  });

  it('skips a weak stored key in databaseKeys, and reports its row by its kid', async () => {
    const rows: StoredKey[] = [];
    const table: KeyTable = {
      list: async () => rows,
      insert: async (keys) => rows.push(...keys) > 0,
      reseal: async () => {},
      revoke: async () => false,
      forget: async () => {},
    };
    const left: [kid: string, fix: string | undefined][] = [];
    const onUnreadable = ({ kid }: KeyDates, [fault]: readonly OptionFault[]) =>
      void left.push([kid, `${fault?.option} ${fault?.fix}`]);
    const keys = databaseKeys({ table, secrets: two, algorithm: 'RS256', clock, onUnreadable });
    await keys.add('access-token', rsaOf(P, Q, 3n) as PrivateJwk, 1);
    expect(await keys.load()).toEqual([]);
    expect(left).toEqual([['weak', expect.stringMatching(/^key weak has the public exponent 3/)]]);
  });

  const pairOf = (signKey: KeyObject, verifyKey: KeyObject): AccessTokenKey => ({
    kid: 'rsa',
    algorithm: 'RS256',
    signKey,
    verifyKey,
  });
  const rsaPublic = () =>
    createPublicKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
});
