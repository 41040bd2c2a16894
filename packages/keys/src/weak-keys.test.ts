import {
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
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
  parseSessionOptions,
} from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { describe, expect, it } from 'vitest';
import { databaseKeys, type KeyTable, type StoredKey } from './database-keys.ts';
import { derivedKeys } from './derived-keys.ts';
import type { PrivateJwk } from './jwk-members.ts';
import { type KeyDates, keyLifetimes, type ManagedKey } from './key-lifecycle.ts';
import { rotatingKeyRing } from './rotating-key-ring.ts';
import { accessKey, macKey } from './testing/test-keys.ts';
import { P, pem, Q, rsaOf, sound, told } from './testing/weak-keys.ts';
import { watchKeys } from './watch-keys.ts';

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
