import { describe, expect, it } from 'vitest';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import type { SessionOptionsInput } from '../options.ts';
import { createSessionLayer } from '../session-layer.ts';
import { settableClock } from '../testing/index.ts';
import { verifyAccessToken } from '../token/access-token.ts';
import { memorySessionStore } from './memory-session-store.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const alice = { id: 'a', username: 'alice', role: 'Admin', tokenVersion: 3, disabled: false };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

function node(options: SessionOptionsInput) {
  const clock = settableClock();
  const layer = createSessionLayer({
    ring,
    store: memorySessionStore(),
    clock,
    users: { findUser: async () => alice },
    options,
  });
  const claimsOf = (token: string) => verifyAccessToken(ring, layer.options, token, clock.now());
  return { clock, layer, claimsOf };
}

describe('grant', () => {
  it('signs an access token with user, session, generation, iat and exp', async () => {
    const { clock, layer, claimsOf } = node({
      issuer: 'us',
      audience: 'them',
      accessTokenSeconds: 60,
    });
    const { accessToken, sessionId: sid } = await layer.issue(alice, client);
    const [iat, exp] = [clock.now() / 1000, clock.now() / 1000 + 60];
    const claims = {
      iss: 'us',
      aud: 'them',
      sub: 'a',
      name: 'alice',
      role: 'Admin',
      sid,
      gen: 0,
      ver: 3,
      iat,
      exp,
    };
    expect(claimsOf(accessToken)).toEqual({ kind: 'valid', claims });
  });

  it('returns, for the cookies, the same session and lifetimes as in the access token', async () => {
    const { clock, layer } = node({ accessTokenSeconds: 60, idleSeconds: 1000 });
    const issued = await layer.issue(alice, client);
    const { sessionId } = issued;
    const lifetimes = { accessTokenSeconds: 60, sessionSeconds: 1000 };
    const tokens = {
      accessToken: expect.any(String),
      refreshToken: expect.stringMatching(/^lk2\./),
    };
    const principal = (generation: number) => ({
      userId: 'a',
      username: 'alice',
      role: 'Admin',
      sessionId,
      generation,
      tokenVersion: 3,
      accessTokenExpiresAt: clock.now() + 60_000,
      claims: {},
    });
    expect(issued).toEqual({
      principal: principal(0),
      ...tokens,
      username: 'alice',
      sessionId,
      generation: 0,
      decidedAt: clock.now(),
      ...lifetimes,
    });
    clock.advance(60);
    const refreshed = await layer.refresh(
      { refreshTokens: [issued.refreshToken ?? ''], usernames: ['alice'] },
      client,
    );
    const grant = {
      principal: principal(1),
      ...tokens,
      username: 'alice',
      sessionId,
      generation: 1,
      decidedAt: clock.now(),
      ...lifetimes,
    };
    expect(refreshed).toEqual({ kind: 'refreshed', decision: 'rotate', grant });
  });

  it.each([
    [0, 60, 100],
    [30, 60, 100],
    [30.001, 60, 99.999],
    [70, 60, 60],
    [70.001, 59.999, 59.999],
    [95, 35, 35],
  ])(
    '%f s after a sign-in for 130 s, ends the access token in %f s, the session in %f s',
    async (age, access, session) => {
      const { clock, layer, claimsOf } = node({
        accessTokenSeconds: 60,
        idleSeconds: 100,
        maxSeconds: 130,
      });
      const { refreshToken } = await layer.issue(alice, client);
      clock.advance(age);
      const refreshed = await layer.refresh(
        { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
        client,
      );
      expect(refreshed).toMatchObject({
        grant: { accessTokenSeconds: access, sessionSeconds: session },
      });
      const verdict = claimsOf(refreshed.kind === 'refreshed' ? refreshed.grant.accessToken : '');
      expect(verdict).toMatchObject({
        kind: 'valid',
        claims: { exp: (clock.now() + access * 1000) / 1000 },
      });
    },
  );

  it.each([
    [0.0014, 0.001],
    [0.0016, 0.002],
    [0.25, 0.25],
  ])('rounds the lifetimes of a grant to milliseconds: %f s to %f s', async (asked, given) => {
    const { clock, layer, claimsOf } = node({ accessTokenSeconds: asked });
    const { accessToken, accessTokenSeconds } = await layer.issue(alice, client);
    expect(accessTokenSeconds).toBe(given);
    expect(claimsOf(accessToken)).toMatchObject({
      kind: 'valid',
      claims: { exp: (clock.now() + given * 1000) / 1000 },
    });
  });
});
