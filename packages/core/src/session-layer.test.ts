import { beforeEach, describe, expect, it } from 'vitest';
import type { LayerEvent } from './audit/security-event.ts';
import { OptionsError } from './errors.ts';
import { deriveKeyRing } from './keys/derived-keys.ts';
import { memoryRevocationFeed } from './revocation/memory-revocation-feed.ts';
import type { Grant } from './session/grant.ts';
import { memorySessionStore } from './session/memory-session-store.ts';
import type { SessionStore } from './session/session-store.ts';
import { createSessionLayer, type SessionLayer } from './session-layer.ts';
import { settableClock } from './testing/index.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 3, disabled: false };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);
const users = { findUser: async () => alice };

let clock: ReturnType<typeof settableClock>;
let store: SessionStore;
let layer: SessionLayer;
beforeEach(async () => {
  clock = settableClock();
  store = memorySessionStore();
  layer = createSessionLayer({ ring, store, clock, users, feed: memoryRevocationFeed(clock) });
  await layer.start();
});

const issue = () => layer.issue(alice, client);
const refresh = (...refreshTokens: string[]) =>
  layer.refresh({ refreshTokens, usernames: ['alice'] }, client);
async function rotated(grant: Grant): Promise<Grant> {
  const outcome = await refresh(grant.refreshToken ?? '');
  if (outcome.kind === 'refused') throw new Error(outcome.reason);
  return outcome.grant;
}
const principalOf = (...accessTokens: string[]) => {
  const authentication = layer.authenticate(accessTokens, clock.now());
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
  ])('returns, for an uncached token after %i forged ones, %s', async (count, expected) => {
    const { accessToken } = await issue();
    const told = principalOf(...forged(accessToken, count), accessToken);
    expect(typeof told === 'string' ? told : told.username).toBe(expected);
  });

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
    clock.advance(10_000);
    const [one = ''] = forged(accessToken, 1);
    expect(layer.recognizes([one, accessToken], clock.now())).toBe(true);
    expect(layer.recognizes([one, 'junk'], clock.now())).toBe(false);
    expect(layer.recognizes([...forged(accessToken, 89)], clock.now())).toBe(false);
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
      accessTokenExpiresAt: clock.now() + 600_000,
    });
  });

  it.each([
    [599.999, 'authenticated'],
    [600, 'anonymous'],
  ])('treats the bearer of a token %f s old as %s', async (age, kind) => {
    const { accessToken } = await issue();
    clock.advance(age);
    expect(layer.authenticate([accessToken], clock.now()).kind).toBe(kind);
  });

  it('acknowledges a generation when its access token is presented, not when it is only recognized', async () => {
    const { accessToken, sessionId } = await issue();
    const acknowledgedAt = async () => {
      await layer.flush();
      return (await store.find(sessionId))?.acknowledgedAt;
    };
    expect(layer.recognizes([accessToken], clock.now())).toBe(true);
    expect(await acknowledgedAt()).toBeNull();
    clock.advance(600);
    expect(layer.authenticate([accessToken], clock.now()).kind).toBe('anonymous');
    expect(await acknowledgedAt()).toBeNull();
    clock.advance(-599);
    expect(layer.authenticate([accessToken], clock.now()).kind).toBe('authenticated');
    expect(await acknowledgedAt()).toBe(clock.now());
  });
});

describe('authenticate, given several access tokens', () => {
  it('chooses the access token of the highest generation of a session, then the latest one', async () => {
    const first = await issue();
    const second = await rotated(first);
    clock.advance(1);
    const later = await rotated(second);
    const expiry = clock.now() + 600_000;
    const tokens = [first, second, later].map(({ accessToken }) => accessToken);
    for (const order of [tokens, tokens.toReversed(), ['junk', ...tokens, 'junk']])
      expect(principalOf(...order)).toMatchObject({ generation: 1, accessTokenExpiresAt: expiry });
  });

  it('chooses, of two sessions of one user, the one with the newest token', async () => {
    const old = await rotated(await issue());
    clock.advance(1);
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

  it('chooses, of two sessions of one user, that of the presented refresh token', async () => {
    const [old, fresh] = [await issue(), await issue()];
    const tokens = [old, fresh].map(({ accessToken }) => accessToken);
    for (const { refreshToken, sessionId } of [old, fresh]) {
      const presented = { refreshTokens: ['junk', refreshToken ?? ''], usernames: ['alice'] };
      expect(layer.authenticate(tokens, clock.now(), presented)).toMatchObject({
        principal: { sessionId },
      });
      expect(
        layer.authenticate(tokens, clock.now(), { ...presented, usernames: ['bob'] }),
      ).toMatchObject({ principal: { sessionId: old.sessionId } });
    }
  });

  it('rejects access tokens of two users, whatever refresh token is beside them', async () => {
    const [one, two] = [await issue(), await layer.issue({ ...alice, id: 'b' }, client)];
    const ambiguous = { kind: 'anonymous', reason: 'ambiguous_session' };
    for (const order of [
      [one, two],
      [two, one],
    ]) {
      const tokens = order.map(({ accessToken }) => accessToken);
      const presented = { refreshTokens: [one.refreshToken ?? ''], usernames: ['alice'] };
      expect(layer.authenticate(tokens, clock.now(), presented)).toEqual(ambiguous);
    }
  });

  it('authenticate returns the most specific reason if no access token is valid', async () => {
    const expired = (await issue()).accessToken;
    clock.advance(600);
    const doomed = await issue();
    const revoked = doomed.accessToken;
    await layer.revoke(doomed.sessionId, 'signed_out');
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

describe('refresh', () => {
  const refused = (reason: string) => ({ kind: 'refused', reason, sessionId: null, userId: null });

  it('refuses to refresh without refresh token, username, or authentic token', async () => {
    const { refreshToken } = await issue();
    expect(await refresh()).toEqual(refused('refresh_token_missing'));
    expect(await layer.refresh({ refreshTokens: [], usernames: [] }, client)).toEqual(
      refused('refresh_token_missing'),
    );
    expect(
      await layer.refresh({ refreshTokens: [refreshToken ?? ''], usernames: [] }, client),
    ).toEqual(refused('username_missing'));
    expect(await refresh('junk', `lk1.${'A'.repeat(92)}`)).toEqual(
      refused('refresh_token_invalid'),
    );
  });

  it('uses the newest refresh token of a session; an old one beside it is not reuse', async () => {
    const first = await issue();
    let latest = first;
    const tokens = [first.refreshToken ?? ''];
    for (const _ of [1, 2]) {
      clock.advance(600);
      latest = await rotated(latest);
      tokens.push(latest.refreshToken ?? '');
    }
    clock.advance(600);
    expect(await refresh(...tokens)).toMatchObject({
      kind: 'refreshed',
      decision: 'rotate',
      grant: { generation: 3 },
    });
    expect((await store.find(first.sessionId))?.revokedAt).toBeNull();
  });

  it('finds the valid refresh token beside many tokens of a session that has ended', async () => {
    const first = await issue();
    let latest = first;
    const tokens = [first.refreshToken ?? ''];
    for (const _ of [1, 2, 3]) {
      clock.advance(600);
      latest = await rotated(latest);
      tokens.push(latest.refreshToken ?? '');
    }
    await layer.revoke(first.sessionId, 'signed_out');
    const good = await issue();
    expect(await refresh(...tokens, good.refreshToken ?? '')).toMatchObject({
      kind: 'refreshed',
      grant: { sessionId: good.sessionId },
    });
  });

  it('reports session and user of the last refresh token if none is valid', async () => {
    const [one, two] = [await issue(), await issue()];
    for (const { sessionId } of [one, two]) await layer.revoke(sessionId, 'signed_out');
    const outcome = await refresh(one.refreshToken ?? '', two.refreshToken ?? '', 'junk');
    expect(outcome).toEqual({
      kind: 'refused',
      reason: 'session_revoked',
      sessionId: two.sessionId,
      userId: 'a',
    });
  });

  it('revokes both sessions of two reused refresh tokens', async () => {
    const old: Grant[] = [await issue(), await issue()];
    const dead = await issue();
    let latest = old;
    for (const _ of [1, 2]) {
      clock.advance(600);
      latest = await Promise.all(latest.map(rotated));
    }
    await layer.revoke(dead.sessionId, 'signed_out');
    const sessionOnly = createSessionLayer({
      ring,
      store,
      clock,
      users,
      options: { onReuse: 'session' },
    });
    const refreshTokens = [...old, dead].map(({ refreshToken }) => refreshToken ?? '');
    const outcome = await sessionOnly.refresh({ refreshTokens, usernames: ['alice'] }, client);
    expect(outcome).toEqual({
      kind: 'refused',
      reason: 'refresh_token_reused',
      sessionId: old[1]?.sessionId,
      userId: 'a',
    });
    const reasons = await Promise.all(
      old.map(async ({ sessionId }) => (await store.find(sessionId))?.revokedReason),
    );
    expect(reasons).toEqual(['reuse', 'reuse']);
  });
});

describe('createSessionLayer', () => {
  it('createSessionLayer rejects invalid options, and exposes valid ones with all defaults', () => {
    expect(() =>
      createSessionLayer({ ring, store, clock, users, options: { accessTokenSeconds: 0 } }),
    ).toThrow(OptionsError);
    expect([layer.options.accessTokenSeconds, layer.clock.now()]).toEqual([600, clock.now()]);
  });

  it('lists the live sessions of a user, the newest sign-in first', async () => {
    const [one, two] = [await issue(), await issue()];
    clock.advance(1);
    const three = await issue();
    await layer.revoke(one.sessionId, 'signed_out');
    await layer.issue({ ...alice, id: 'b' }, client);
    clock.advance(600);
    await rotated(two);
    const ids = async () => (await layer.sessionsOf('a')).sessions.map(({ id }) => id);
    expect(await ids()).toEqual([three.sessionId, two.sessionId]);
    clock.advance(604_800 - 600);
    expect(await ids()).toEqual([two.sessionId]);
  });

  it('finds a live session of a user, and none that ended or belongs to another user', async () => {
    const [one, over] = [await issue(), await issue()];
    const foreign = await layer.issue({ ...alice, id: 'b' }, client);
    await layer.revoke(over.sessionId, 'signed_out');
    expect(await layer.sessionOf('a', one.sessionId)).toMatchObject({ id: one.sessionId });
    for (const { sessionId } of [over, foreign, { sessionId: 'unknown' }])
      expect(await layer.sessionOf('a', sessionId)).toBeNull();
    clock.advance(604_800);
    expect(await layer.sessionOf('a', one.sessionId)).toBeNull();
  });

  it('creates CSRF tokens that verify for their binding only', () => {
    const token = layer.csrfToken('session');
    expect(
      [token, token, 'junk'].map((of, n) =>
        layer.isCsrfToken(of, ['session', 'other', 'session'][n] ?? ''),
      ),
    ).toEqual([true, false, false]);
  });

  it('writes pending acknowledgements on close, and then receives no notices', async () => {
    const [waiting, later] = [await issue(), await issue()];
    layer.authenticate([waiting.accessToken], clock.now());
    await layer.close();
    expect((await store.find(waiting.sessionId))?.acknowledgedAt).toBe(clock.now());
    await createSessionLayer({ ring, store, clock, users }).revoke(later.sessionId, 'signed_out');
    expect(principalOf(later.accessToken)).toMatchObject({ sessionId: later.sessionId });
  });
});

describe('refresh, given tokens of several users', () => {
  it('refuses refresh tokens of several users without asking the store, and revokes nothing', async () => {
    const [one, two] = [await issue(), await layer.issue({ ...alice, id: 'b' }, client)];
    const before = [await store.find(one.sessionId), await store.find(two.sessionId)];
    const asked: string[] = [];
    const watching = createSessionLayer({
      ring,
      clock,
      users,
      store: new Proxy(store, {
        get(target, verb, receiver) {
          asked.push(String(verb));
          return Reflect.get(target, verb, receiver);
        },
      }),
    });
    const refreshTokens = [one.refreshToken ?? '', two.refreshToken ?? ''];
    expect(await watching.refresh({ refreshTokens, usernames: ['alice'] }, client)).toEqual({
      kind: 'refused',
      reason: 'ambiguous_session',
      sessionId: null,
      userId: null,
    });
    expect(asked).toEqual([]);
    expect([await store.find(one.sessionId), await store.find(two.sessionId)]).toEqual(before);
  });
});

describe('reportAmbiguity', () => {
  it('emits session.ambiguous once a minute for each address', () => {
    const told: LayerEvent[] = [];
    const reporting = createSessionLayer({
      ring,
      store,
      users,
      clock,
      onEvent: (event) => told.push(event),
    });
    const report = (ipAddress: string | null) =>
      reporting.reportAmbiguity({ userAgent: 'test', ipAddress });
    report('192.0.2.1');
    report('192.0.2.1');
    report('192.0.2.2');
    report(null);
    expect(told.map((event) => 'ipAddress' in event && event.ipAddress)).toEqual([
      '192.0.2.1',
      '192.0.2.2',
      null,
    ]);
    clock.advance(59.999);
    report('192.0.2.1');
    expect(told).toHaveLength(3);
    clock.advance(0.001);
    report('192.0.2.1');
    expect(told.at(-1)).toEqual({
      kind: 'session.ambiguous',
      at: clock.now(),
      userAgent: 'test',
      ipAddress: '192.0.2.1',
    });
  });

  it('emits session.ambiguous again after more addresses than are remembered', () => {
    const told: LayerEvent[] = [];
    const reporting = createSessionLayer({
      ring,
      store,
      users,
      clock,
      onEvent: (event) => told.push(event),
    });
    for (let n = 0; n <= 1_000; n++)
      reporting.reportAmbiguity({ userAgent: null, ipAddress: `2001:db8::${n.toString(16)}` });
    reporting.reportAmbiguity({ userAgent: null, ipAddress: '2001:db8::0' });
    expect(told).toHaveLength(1_002);
  });
});
