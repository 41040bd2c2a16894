import {
  newSessionId,
  parseRefreshToken,
  parseSessionOptions,
  signAccessToken,
} from '@latchkey/core';
import { type SettableClock, settableClock } from '@latchkey/core/testing';
import { accessTokenCache, refreshTokenFor } from '@latchkey/core/testing/internal';
import { beforeEach, describe, expect, it } from 'vitest';
import { keyLifetimes, type ManagedKey } from './key-lifecycle.ts';
import { type RotatingKeyRing, rotatingKeyRing } from './rotating-key-ring.ts';
import { accessKey, macKey } from './testing/test-keys.ts';

const options = parseSessionOptions({ accessTokenSeconds: 60, idleSeconds: 600, maxSeconds: 6000 });
const lifetimes = keyLifetimes(options);
const T0 = 1_800_000_000_000;
const SWITCH = T0 + 1_000;
const both = (key: (kid: string, signsFrom: number) => ManagedKey, name: string) => [
  key(`${name}1`, T0),
  key(`${name}2`, SWITCH),
];
const keys = [
  ...both(accessKey, 'a'),
  ...both((kid, from) => macKey(kid, 'refresh-token', from), 'm'),
];

let clock: SettableClock;
let ring: RotatingKeyRing;
beforeEach(() => {
  clock = settableClock(T0);
  ring = rotatingKeyRing(keys, lifetimes, clock);
});

function token(): string {
  const iat = clock.now() / 1000;
  const sid = newSessionId('u');
  return signAccessToken(ring, {
    iss: options.issuer,
    aud: options.audience,
    sub: 'u',
    name: 'n',
    role: 'r',
    sid,
    gen: 0,
    ver: 0,
    iat,
    exp: iat + options.accessTokenSeconds,
  });
}

describe('rotatingKeyRing', () => {
  it.each([
    [-1, 'a1', ['a1', 'a2']],
    [0, 'a2', ['a2', 'a1']],
    [1, 'a2', ['a2', 'a1']],
    [90_000 - 1, 'a2', ['a2', 'a1']],
    [90_000, 'a2', ['a2']],
    [90_000 + 1, 'a2', ['a2']],
  ])(
    '%d ms after the second key began to sign: signs with %s, verifies with %j',
    (offset, signing, verifying) => {
      clock.set(SWITCH + offset);
      expect([ring.signing.kid, [...ring.verifying.keys()]]).toEqual([signing, verifying]);
    },
  );

  it('signs with the earlier key again when the clock is set back', () => {
    clock.set(SWITCH + 90_000);
    expect(ring.signing.kid).toBe('a2');
    clock.set(SWITCH - 1);
    expect([ring.signing.kid, ring.verifying.size]).toEqual(['a1', 2]);
  });

  it('verifies a token of the next key when the clock is half a second behind', () => {
    clock.set(SWITCH);
    const early = token();
    clock.set(SWITCH - 500);
    expect(accessTokenCache(ring, options).verify(early, clock.now()).kind).toBe('valid');
  });

  it('accepts refresh tokens of a retired MAC key until its lifetime is over', () => {
    clock.set(SWITCH - 1);
    const made = () =>
      refreshTokenFor(ring, { sessionId: newSessionId('u'), generation: 0, userId: 'u' }, 'ursula');
    const { token: old } = made();
    clock.set(SWITCH);
    const { token: fresh } = made();
    const last = SWITCH + (600 + 30) * 1000;
    const authentic = (at: number) => {
      clock.set(at);
      return [old, fresh].map((each) => parseRefreshToken(ring, each, ['ursula']) !== null);
    };
    expect([authentic(SWITCH), authentic(last - 1), authentic(last), authentic(last + 1)]).toEqual([
      [true, true],
      [true, true],
      [false, true],
      [false, true],
    ]);
  });

  it('rejects a set of keys without a key for each purpose, and stays unchanged', () => {
    const before = ring.signing;
    expect(() =>
      ring.replace(keys.filter(({ purpose }) => purpose !== 'access-token')),
    ).toThrowError(/at least one key/);
    expect(ring.signing).toBe(before);
    expect(() => rotatingKeyRing([], lifetimes, clock)).toThrowError(/at least one key/);
  });
});

describe('accessTokenCache over a rotatingKeyRing', () => {
  it('rejects a cached token whose key was removed from the ring', () => {
    const verifier = accessTokenCache(ring, options);
    const old = token();
    expect(verifier.verifyPresented(old, clock.now()).verdict.kind).toBe('valid');
    ring.replace(keys.filter(({ kid }) => kid !== 'a1'));
    expect(verifier.verifyPresented(old, clock.now()).verdict).toEqual({
      kind: 'invalid',
      reason: 'access_token_invalid',
    });
  });

  it('rejects a cached token whose kid now names another key', () => {
    const verifier = accessTokenCache(ring, options);
    const old = token();
    expect(verifier.verify(old, clock.now()).kind).toBe('valid');
    const other = accessKey('other', T0);
    const [first, ...rest] = keys;
    if (
      first?.purpose !== 'access-token' ||
      !first.key ||
      other.purpose !== 'access-token' ||
      !other.key
    )
      throw new Error('the first key is another one');
    ring.replace([{ ...first, key: { ...other.key, kid: 'a1' } }, ...rest]);
    expect(verifier.verify(old, clock.now()).kind).toBe('invalid');
  });

  it('keeps cached tokens across a reload of the same keys', () => {
    const verifier = accessTokenCache(ring, options);
    const held = token();
    expect(verifier.verifyPresented(held, clock.now()).first).toBe(true);
    const { signing } = ring;
    ring.replace(
      keys.map((key) => (key.purpose === 'access-token' ? accessKey(key.kid, key.signsFrom) : key)),
    );
    expect(ring.signing).toBe(signing);
    expect(verifier.verifyPresented(held, clock.now()).first).toBe(false);
  });
});
