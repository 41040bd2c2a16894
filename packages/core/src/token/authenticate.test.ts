import { describe, expect, it } from 'vitest';
import type { Grant } from '../session/grant.ts';
import { alice, client, layerFixture } from '../testing/fixtures/layer-fixture.ts';

const fixture = layerFixture();

const issue = () => fixture.layer.issue(alice, client);

const refresh = (...refreshTokens: string[]) =>
  fixture.layer.refresh({ refreshTokens, usernames: ['alice'] }, client);

async function rotated(grant: Grant): Promise<Grant> {
  const outcome = await refresh(grant.refreshToken ?? '');
  if (outcome.kind === 'refused') throw new Error(outcome.reason);
  return outcome.grant;
}

const principalOf = (...accessTokens: string[]) => {
  const authentication = fixture.layer.authenticate(accessTokens, fixture.clock.now());
  return authentication.kind === 'authenticated' ? authentication.principal : authentication.reason;
};

describe('authenticate, given many access tokens (at most four signature checks)', () => {
  /** Forges access tokens that name our key and have signatures of the right length. */
  const forged = (accessToken: string, count: number) => {
    const [header = '', claims = '', signature = ''] = accessToken.split('.');
    return Array.from({ length: count }, (_, n) =>
      [
        header,
        claims,
        Buffer.alloc(Buffer.from(signature, 'base64url').length, n + 1).toString('base64url'),
      ].join('.'),
    );
  };

  it.each([
    [3, 'alice'],
    [4, 'access_token_invalid'],
    [89, 'access_token_invalid'],
  ])(
    'authenticate returns, for an uncached token after %i forged ones, %s',
    async (count, expected) => {
      const { accessToken } = await issue();
      const told = principalOf(...forged(accessToken, count), accessToken);
      expect(typeof told === 'string' ? told : told.username).toBe(expected);
    },
  );

  it('accepts a cached token after any number of forged ones', async () => {
    const { accessToken, sessionId } = await issue();
    principalOf(accessToken);
    expect(principalOf(...forged(accessToken, 89), accessToken)).toMatchObject({ sessionId });
  });

  it('does not count duplicate, malformed and unknown-key tokens as signature checks', async () => {
    const { accessToken, sessionId } = await issue();
    const [one = ''] = forged(accessToken, 1);
    const foreign = Array.from(
      { length: 20 },
      (_, n) => `eyJhbGciOiJIUzI1NiJ9.e30.${'x'.repeat(n + 1)}`,
    );
    expect(principalOf(...foreign, ...Array<string>(20).fill(one), accessToken)).toMatchObject({
      sessionId,
    });
  });

  it('recognizes expired access tokens of the ring, and no forged ones', async () => {
    const { accessToken } = await issue();
    fixture.clock.advance(10_000);
    const [one = ''] = forged(accessToken, 1);
    expect(fixture.layer.recognizes([one, accessToken], fixture.clock.now())).toBe(true);
    expect(fixture.layer.recognizes([one, 'junk'], fixture.clock.now())).toBe(false);
    expect(fixture.layer.recognizes([...forged(accessToken, 89)], fixture.clock.now())).toBe(false);
  });
});

describe('authenticate, given one access token', () => {
  it('authenticate returns the principal that the claims of an access token describe', async () => {
    const { accessToken, sessionId } = await issue();
    const principal = {
      userId: 'a',
      username: 'alice',
      role: 'User',
      sessionId,
      generation: 0,
      tokenVersion: 3,
    };
    expect(principalOf(accessToken)).toEqual({
      ...principal,
      accessTokenExpiresAt: fixture.clock.now() + 600_000,
      claims: {},
    });
  });

  it.each([
    [599.999, 'authenticated'],
    [600, 'anonymous'],
  ])('treats the bearer of a token %f s old as %s', async (age, kind) => {
    const { accessToken } = await issue();
    fixture.clock.advance(age);
    expect(fixture.layer.authenticate([accessToken], fixture.clock.now()).kind).toBe(kind);
  });

  it('acknowledges a generation when its access token is presented, not when it is only recognized', async () => {
    const { accessToken, sessionId } = await issue();
    const acknowledgedAt = async () => {
      await fixture.layer.flush();
      return (await fixture.store.find(sessionId))?.acknowledgedAt;
    };
    expect(fixture.layer.recognizes([accessToken], fixture.clock.now())).toBe(true);
    expect(await acknowledgedAt()).toBeNull();
    fixture.clock.advance(600);
    expect(fixture.layer.authenticate([accessToken], fixture.clock.now()).kind).toBe('anonymous');
    expect(await acknowledgedAt()).toBeNull();
    fixture.clock.advance(-599);
    expect(fixture.layer.authenticate([accessToken], fixture.clock.now()).kind).toBe(
      'authenticated',
    );
    expect(await acknowledgedAt()).toBe(fixture.clock.now());
  });
});

describe('authenticate, given several access tokens', () => {
  it('chooses the access token of the highest generation of a session, then the latest one', async () => {
    const first = await issue();
    const second = await rotated(first);
    fixture.clock.advance(1);
    const later = await rotated(second);
    const expiry = fixture.clock.now() + 600_000;
    const tokens = [first, second, later].map(({ accessToken }) => accessToken);
    for (const order of [tokens, tokens.toReversed(), ['junk', ...tokens, 'junk']])
      expect(principalOf(...order)).toMatchObject({ generation: 1, accessTokenExpiresAt: expiry });
  });

  it('chooses, of two sessions of one user, the session with the newest access token', async () => {
    const old = await rotated(await issue());
    fixture.clock.advance(1);
    const fresh = await issue();
    for (const order of [
      [old, fresh],
      [fresh, old],
    ])
      expect(principalOf(...order.map(({ accessToken }) => accessToken))).toMatchObject({
        sessionId: fresh.sessionId,
        generation: 0,
      });
  });

  it('chooses, of two sessions of one user, the session of the presented refresh token', async () => {
    const [old, fresh] = [await issue(), await issue()];
    const tokens = [old, fresh].map(({ accessToken }) => accessToken);
    for (const { refreshToken, sessionId } of [old, fresh]) {
      const presented = { refreshTokens: ['junk', refreshToken ?? ''], usernames: ['alice'] };
      expect(fixture.layer.authenticate(tokens, fixture.clock.now(), presented)).toMatchObject({
        principal: { sessionId },
      });
      expect(
        fixture.layer.authenticate(tokens, fixture.clock.now(), {
          ...presented,
          usernames: ['bob'],
        }),
      ).toMatchObject({ principal: { sessionId: old.sessionId } });
    }
  });

  it('rejects access tokens of two users, whatever refresh token is beside them', async () => {
    const [one, two] = [await issue(), await fixture.layer.issue({ ...alice, id: 'b' }, client)];
    const ambiguous = { kind: 'anonymous', reason: 'ambiguous_session' };
    for (const order of [
      [one, two],
      [two, one],
    ]) {
      const tokens = order.map(({ accessToken }) => accessToken);
      const presented = { refreshTokens: [one.refreshToken ?? ''], usernames: ['alice'] };
      expect(fixture.layer.authenticate(tokens, fixture.clock.now(), presented)).toEqual(ambiguous);
    }
  });

  it('authenticate returns the most specific reason if no access token is valid', async () => {
    const expired = (await issue()).accessToken;
    fixture.clock.advance(600);
    const doomed = await issue();
    const revoked = doomed.accessToken;
    await fixture.layer.revoke(doomed.sessionId, 'signed_out');
    expect(principalOf()).toBe('no_credentials');
    expect(principalOf('junk')).toBe('access_token_invalid');
    for (const tokens of [
      [expired],
      ['junk', expired],
      [expired, 'junk'],
      ['junk', 'junk', expired, 'junk'],
    ])
      expect(principalOf(...tokens)).toBe('access_token_expired');
    for (const tokens of [
      [revoked],
      ['junk', revoked],
      [revoked, 'junk'],
      [expired, revoked],
      [revoked, expired],
    ])
      expect(principalOf(...tokens)).toBe('session_revoked');
  });
});
