import { beforeEach, describe, expect, it } from 'vitest';
import type { LayerEvent } from '../audit/security-event.ts';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import { createSessionLayer, type SessionLayer } from '../session-layer.ts';
import { settableClock } from '../testing/index.ts';
import { memorySessionStore } from './memory-session-store.ts';
import type { RotationMatch, SessionStore } from './session-store.ts';
import type { User } from './user.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const alice: User = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);
const SETTLE = 120;

let clock: ReturnType<typeof settableClock>;
let store: SessionStore;
let events: LayerEvent[];
let asked: string[];
let user: User | null;
let layer: SessionLayer;
beforeEach(() => {
  clock = settableClock();
  store = memorySessionStore();
  events = [];
  asked = [];
  user = alice;
  const users = {
    async findUser(id: string) {
      asked.push(id);
      return id === alice.id ? user : null;
    },
  };
  layer = createSessionLayer({
    ring,
    store,
    clock,
    users,
    options: { graceSeconds: SETTLE / 4 },
    onEvent: (event) => events.push(event),
  });
});

const refresh = (token: string | null, usernames = ['alice']) =>
  layer.refresh({ refreshTokens: [token ?? ''], usernames }, client);

async function rotatedOnce() {
  const first = await layer.issue(alice, client);
  const second = await refresh(first.refreshToken);
  if (second.kind !== 'refreshed') throw new Error(second.reason);
  return {
    sessionId: first.sessionId,
    first: first.refreshToken,
    second: second.grant.refreshToken,
  };
}

describe('refresh: decisions', () => {
  it('rotates the first refresh token of a session at once', async () => {
    const { refreshToken } = await layer.issue(alice, client);
    expect(await refresh(refreshToken)).toMatchObject({
      kind: 'refreshed',
      decision: 'rotate',
      grant: { generation: 1, refreshToken: expect.any(String) },
    });
    expect(events.map(({ kind }) => kind)).toEqual(['session.issued']);
  });

  it.each([
    [-0.001, 'reissue', 1],
    [0, 'rotate', 2],
  ] as const)(
    'decides, %d s after the settle time of a refresh token, to %s it',
    async (from, decision, generation) => {
      const { second } = await rotatedOnce();
      clock.advance(SETTLE + from);
      expect(await refresh(second)).toMatchObject({
        kind: 'refreshed',
        decision,
        grant: { generation },
      });
    },
  );

  it('reissues an access token alone, and acknowledges the refresh token', async () => {
    const { sessionId, second } = await rotatedOnce();
    clock.advance(1);
    expect(await refresh(second)).toMatchObject({
      kind: 'refreshed',
      decision: 'reissue',
      grant: { refreshToken: null, accessToken: expect.any(String) },
    });
    await layer.flush();
    expect((await store.find(sessionId))?.acknowledgedAt).toBe(clock.now());
  });

  it('converges on the successor when the previous refresh token is presented', async () => {
    const { first, second } = await rotatedOnce();
    expect(await refresh(first)).toMatchObject({
      kind: 'refreshed',
      decision: 'converge',
      grant: { refreshToken: second, generation: 1 },
    });
  });

  it('recovers after a loss of writes, and emits session.recovered', async () => {
    const { sessionId, second } = await rotatedOnce();
    const backup = await store.find(sessionId);
    clock.advance(SETTLE);
    const third = await refresh(second);
    Object.assign(store, memorySessionStore());
    if (backup) await store.create(backup);
    clock.advance(1);
    const held = third.kind === 'refreshed' ? third.grant.refreshToken : null;
    expect(await refresh(held)).toMatchObject({
      decision: 'recover',
      grant: { generation: 2, refreshToken: null },
    });
    expect(events.at(-1)).toMatchObject({
      kind: 'session.recovered',
      presentedGeneration: 2,
      generation: 1,
      userId: 'a',
      sessionId,
      ...client,
    });
    await layer.flush();
    const adopted = {
      generation: 2,
      sealedSuccessor: null,
      deliveredAt: clock.now(),
      acknowledgedAt: clock.now(),
      previousSecretHash: backup?.secretHash,
    };
    expect(await store.find(sessionId)).toMatchObject(adopted);
    expect(await refresh(held)).toMatchObject({ decision: 'reissue' });
    expect(await refresh(second)).toMatchObject({
      decision: 'converge',
      grant: { generation: 2, refreshToken: null },
    });
    clock.advance(SETTLE);
    expect(await refresh(held)).toMatchObject({ decision: 'rotate', grant: { generation: 3 } });
  });

  it('adopts another secret of a generation, and rotates it after the settle time', async () => {
    const { sessionId, second } = await rotatedOnce();
    const record = await store.find(sessionId);
    Object.assign(store, memorySessionStore());
    if (record) await store.create({ ...record, secretHash: 'other' });
    clock.advance(SETTLE - 1);
    expect(await refresh(second)).toMatchObject({
      decision: 'recover',
      grant: { generation: 1, refreshToken: null },
    });
    expect(await store.find(sessionId)).toMatchObject({
      deliveredAt: record?.deliveredAt,
      previousSecretHash: record?.previousSecretHash,
    });
    Object.assign(store, memorySessionStore());
    if (record) await store.create({ ...record, secretHash: 'other' });
    clock.advance(1);
    expect(await refresh(second)).toMatchObject({
      decision: 'recover',
      grant: { generation: 2, refreshToken: expect.any(String) },
    });
    expect(events.filter(({ kind }) => kind === 'session.recovered')).toMatchObject(
      Array(2).fill({ presentedGeneration: 1, generation: 1 }),
    );
    expect(await store.find(sessionId)).toMatchObject({
      generation: 2,
      deliveredAt: clock.now(),
      previousSecretHash: record?.secretHash,
    });
  });

  it('decides again if the other secret was delivered during an adoption', async () => {
    const { sessionId, first, second } = await rotatedOnce();
    const record = await store.find(sessionId);
    Object.assign(store, memorySessionStore());
    if (record) await store.create({ ...record, secretHash: 'other' });
    clock.advance(SETTLE / 4);
    const rotate = store.rotate.bind(store);
    const tried: boolean[] = [];
    store.rotate = async (match, next) => {
      if (tried.length === 1) await store.recordDelivery(sessionId, 1, clock.now());
      const result = await rotate(match, next);
      tried.push(result.won);
      return result;
    };
    expect(await refresh(second)).toMatchObject({ decision: 'recover' });
    expect(tried).toEqual([false, false, true]);
    expect((await store.find(sessionId))?.deliveredAt).toBe(clock.now());
    expect(await refresh(first)).toMatchObject({ decision: 'converge' });
  });

  it('emits session.shared for two clients with two secrets of one generation', async () => {
    const { sessionId, second } = await rotatedOnce();
    const record = await store.find(sessionId);
    Object.assign(store, memorySessionStore());
    if (record) await store.create({ ...record, secretHash: 'other' });
    await layer.refresh(
      { refreshTokens: [second ?? ''], usernames: ['alice'] },
      { ...client, ipAddress: '192.0.2.9' },
    );
    expect(events.map(({ kind }) => kind)).toEqual([
      'session.issued',
      'session.recovered',
      'session.shared',
    ]);
    clock.advance(1);
    await refresh(second);
    expect(events).toHaveLength(3);
  });

  it('does not emit session.shared for a token ahead of the store', async () => {
    const { sessionId, second } = await rotatedOnce();
    const record = await store.find(sessionId);
    Object.assign(store, memorySessionStore());
    if (record) await store.create({ ...record, generation: 0, secretHash: 'lost' });
    await layer.refresh(
      { refreshTokens: [second ?? ''], usernames: ['alice'] },
      { ...client, ipAddress: '192.0.2.9' },
    );
    expect(events.map(({ kind }) => kind)).toEqual(['session.issued', 'session.recovered']);
  });

  it('recovers with graceSeconds 0 even if deliveredAt is in the future', async () => {
    const strict = createSessionLayer({
      ring,
      store,
      clock,
      users: { findUser: async () => alice },
      options: { graceSeconds: 0 },
    });
    const { sessionId, second } = await rotatedOnce();
    const record = await store.find(sessionId);
    Object.assign(store, memorySessionStore());
    if (record)
      await store.create({ ...record, secretHash: 'other', deliveredAt: clock.now() + 5 });
    const credentials = { refreshTokens: [second ?? ''], usernames: ['alice'] };
    expect(await strict.refresh(credentials, client)).toMatchObject({
      decision: 'recover',
      grant: { generation: 2, refreshToken: expect.any(String) },
    });
    await strict.close();
  });

  it('decides again if an adoption loses to another caller', async () => {
    const { sessionId, second } = await rotatedOnce();
    const backup = await store.find(sessionId);
    clock.advance(SETTLE);
    const third = await refresh(second);
    Object.assign(store, memorySessionStore());
    if (backup) await store.create(backup);
    const held = third.kind === 'refreshed' ? third.grant.refreshToken : null;
    const decisions = (await Promise.all([refresh(held), refresh(held)])).map(
      (result) => 'decision' in result && result.decision,
    );
    expect(decisions).toEqual(expect.arrayContaining(['recover', 'reissue']));
    expect(events.filter(({ kind }) => kind === 'session.recovered')).toHaveLength(1);
  });

  it('rotates on the ordinary conditions when it decides in a later round', async () => {
    const { refreshToken, sessionId } = await layer.issue(alice, client);
    const matches: RotationMatch[] = [];
    const rotate = store.rotate.bind(store);
    store.rotate = async (match, next) => {
      matches.push(match);
      return matches.length === 1
        ? { won: false, session: await store.find(sessionId) }
        : rotate(match, next);
    };
    expect(await refresh(refreshToken)).toMatchObject({
      kind: 'refreshed',
      decision: 'rotate',
      grant: { generation: 1 },
    });
    expect(matches[1]).toEqual(matches[0]);
    expect(matches[0]?.deliveredBy).toBe(clock.now() - SETTLE * 1000);
    expect(events.map(({ kind }) => kind)).toEqual(['session.issued']);
  });

  it('rejects a refresh that has lost every round, and names the number of rounds', async () => {
    const { refreshToken, sessionId } = await layer.issue(alice, client);
    store.rotate = async () => ({ won: false, session: await store.find(sessionId) });
    await expect(refresh(refreshToken)).rejects.toThrow('changed under 3 attempts');
  });
});

describe('refresh: refusals', () => {
  it('refuses to refresh an unknown session', async () => {
    const { refreshToken, sessionId } = await layer.issue(alice, client);
    Object.assign(store, memorySessionStore());
    expect(await refresh(refreshToken)).toEqual({
      kind: 'refused',
      reason: 'session_unknown',
      sessionId,
      userId: null,
    });
  });

  it.each<[string, User | null, string]>([
    ['is gone', null, 'user_gone'],
    ['is disabled', { ...alice, disabled: true }, 'user_gone'],
    ['is another of the same name', { ...alice, id: 'b' }, 'user_gone'],
    ['has a raised token version', { ...alice, tokenVersion: 1 }, 'token_version'],
  ])(
    'refuses to refresh for a user who %s, in a rotation and in any other decision',
    async (_title, now, reason) => {
      const { first, second, sessionId } = await rotatedOnce();
      user = now;
      const refused = { kind: 'refused', reason, sessionId, userId: 'a' };
      expect(await refresh(first)).toEqual(refused);
      expect(await refresh(second)).toEqual(refused);
      clock.advance(SETTLE);
      expect(await refresh(second)).toEqual(refused);
    },
  );
});

describe('refresh: user look-up', () => {
  it('looks the user up once for each decision', async () => {
    const { first, second } = await rotatedOnce();
    for (const token of [first, second]) {
      asked = [];
      await refresh(token);
      expect(asked).toEqual([alice.id]);
    }
  });

  it('accepts several usernames if one of them belongs to the refresh token', async () => {
    const { refreshToken } = await layer.issue(alice, client);
    expect(await refresh(refreshToken, ['mallory', 'alice'])).toMatchObject({
      kind: 'refreshed',
      decision: 'rotate',
    });
    expect(asked).toEqual([alice.id]);
  });
});

describe('refresh: usernames of other tokens', () => {
  it.each([[['mallory', 'eve']], [['Alice']], [['alice ', '']]])(
    'refuses a refresh token without any look-up if all usernames are foreign: %j',
    async (usernames) => {
      const { refreshToken, sessionId } = await layer.issue(alice, client);
      const before = await store.find(sessionId);
      expect(await refresh(refreshToken, usernames)).toMatchObject({
        reason: 'refresh_token_invalid',
        sessionId: null,
      });
      expect([asked, await store.find(sessionId)]).toEqual([[], before]);
    },
  );

  it('tries only the first eight usernames of a request', async () => {
    const { refreshToken } = await layer.issue(alice, client);
    const others = Array.from({ length: 8 }, (_, n) => `x${n}`);
    expect(await refresh(refreshToken, [...others, 'alice'])).toMatchObject({ kind: 'refused' });
    expect(await refresh(refreshToken, [...others.slice(1), 'alice'])).toMatchObject({
      kind: 'refreshed',
    });
  });
});

describe('refresh: renamed users', () => {
  const grantOf = (outcome: Awaited<ReturnType<typeof refresh>>) => {
    if (outcome.kind === 'refused') throw new Error(outcome.reason);
    return outcome.grant;
  };

  it('accepts a former username in the cookie, and sets the new one at a rotation', async () => {
    const { refreshToken } = await layer.issue(alice, client);
    user = { ...alice, username: 'alicia' };
    const second = grantOf(await refresh(refreshToken, ['alice']));
    expect([second.username, second.principal.username]).toEqual(['alicia', 'alicia']);
    clock.advance(SETTLE);
    expect(await refresh(second.refreshToken, ['alice'])).toMatchObject({ kind: 'refused' });
    expect(await refresh(second.refreshToken, ['alicia'])).toMatchObject({ decision: 'rotate' });
  });

  it('delivers one successor with each username that the user has had since', async () => {
    const { refreshToken } = await layer.issue(alice, client);
    const lost = grantOf(await refresh(refreshToken, ['alice']));
    user = { ...alice, username: 'alicia' };
    const tab = grantOf(await refresh(refreshToken, ['alice']));
    user = { ...alice, username: 'alison' };
    const again = grantOf(await refresh(refreshToken, ['alice']));
    expect([lost, tab, again].map(({ username }) => username)).toEqual([
      'alice',
      'alicia',
      'alison',
    ]);
    for (const { refreshToken: token, username } of [lost, tab, again])
      expect(await refresh(token, [username])).toMatchObject({ decision: 'reissue' });
    expect(await refresh(tab.refreshToken, ['alison'])).toMatchObject({ kind: 'refused' });
  });

  it("keeps two users' sessions apart when one takes over a former name of the other", async () => {
    const { refreshToken } = await layer.issue(alice, client);
    user = { ...alice, username: 'alicia' };
    const other = await layer.issue({ ...alice, id: 'other' }, client);
    expect(grantOf(await refresh(refreshToken, ['alice']))).toMatchObject({
      principal: { userId: alice.id },
    });
    expect(await refresh(other.refreshToken, ['alice'])).toMatchObject({ reason: 'user_gone' });
  });
});
