import {
  createSessionLayer,
  memorySessionStore,
  newSessionId,
  parseRefreshToken,
  parseSessionOptions,
  signAccessToken,
} from '@latchkey/core';
import { refreshTokenFor, type SettableClock, settableClock } from '@latchkey/core/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keyLifetimes, type ManagedKey } from './key-lifecycle.ts';
import { type RotatingKeyRing, rotatingKeyRing } from './rotating-key-ring.ts';
import { accessKey, macKey } from './testing/test-keys.ts';

const OPTIONS = { accessTokenSeconds: 60, idleSeconds: 600, maxSeconds: 6000 };
const options = parseSessionOptions(OPTIONS);
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

/** Creates a session layer over the ring; it caches the access tokens that it has verified. */
function layer(store = memorySessionStore()) {
  const users = { findUser: async () => null };
  const withSeek = Object.assign(ring, { seek: () => null });
  return createSessionLayer({ options: OPTIONS, ring: withSeek, store, users, clock });
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
    '%d ms after the second key began to sign, signs with %s and verifies with %j',
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
    expect(layer().authenticate([early], clock.now()).kind).toBe('authenticated');
  });

  it("accepts refresh tokens of a retired MAC key until the key's lifetime is over", () => {
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

  it('rejects keys that leave a purpose without a key, and keeps the present ones', () => {
    const before = ring.signing;
    expect(() =>
      ring.replace(keys.filter(({ purpose }) => purpose !== 'access-token')),
    ).toThrowError(/at least one key/);
    expect(ring.signing).toBe(before);
    expect(() => rotatingKeyRing([], lifetimes, clock)).toThrowError(/at least one key/);
  });
});

describe('a session layer over a rotatingKeyRing', () => {
  it('rejects a verified access token after its key was removed from the ring', () => {
    const { authenticate } = layer();
    const old = token();
    expect(authenticate([old], clock.now()).kind).toBe('authenticated');
    ring.replace(keys.filter(({ kid }) => kid !== 'a1'));
    expect(authenticate([old], clock.now())).toEqual({
      kind: 'anonymous',
      reason: 'access_token_invalid',
    });
  });

  it('rejects a verified access token after its kid names another key', () => {
    const { authenticate } = layer();
    const old = token();
    expect(authenticate([old], clock.now()).kind).toBe('authenticated');
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
    expect(authenticate([old], clock.now()).kind).toBe('anonymous');
  });

  it('still accepts verified access tokens after a reload of the same keys', async () => {
    const acknowledge = vi.fn(async () => {});
    const { authenticate, flush } = layer({ ...memorySessionStore(), acknowledge });
    const held = token();
    expect(authenticate([held], clock.now()).kind).toBe('authenticated');
    await flush();
    const { signing } = ring;
    ring.replace(
      keys.map((key) => (key.purpose === 'access-token' ? accessKey(key.kid, key.signsFrom) : key)),
    );
    expect(ring.signing).toBe(signing);
    expect(authenticate([held], clock.now()).kind).toBe('authenticated');
    await flush();
    expect(acknowledge).toHaveBeenCalledTimes(1);
  });
});
