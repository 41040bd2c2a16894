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
const ring = deriveKeyRing(
  [Buffer.from('the secret of these tests, number 1').toString('base64url')],
  'HS256',
);
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

describe('what a refresh comes to', () => {
  it('rotates the first token at once', async () => {
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
  ] as const)('%d s from the end of the settle time: %s', async (from, decision, generation) => {
    const { second } = await rotatedOnce();
    clock.advance(SETTLE + from);
    expect(await refresh(second)).toMatchObject({
      kind: 'refreshed',
      decision,
      grant: { generation },
    });
  });

  it('reissues an access token alone, which is proof that the refresh token arrived', async () => {
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

  it('converges on the same successor', async () => {
    const { first, second } = await rotatedOnce();
    expect(await refresh(first)).toMatchObject({
      kind: 'refreshed',
      decision: 'converge',
      grant: { refreshToken: second, generation: 1 },
    });
  });

  it('recovers, and says so', async () => {
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

  it('another secret of the same generation is adopted without settling anew, and rotated forward once the other has settled', async () => {
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

  it('an adoption that was decided before the other secret was handed out again is decided again', async () => {
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

  it('two who hold two secrets of one generation are said to share the session', async () => {
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

  it('one who is ahead of the store from another address shares nothing', async () => {
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

  it('with grace 0, a store whose clock is ahead keeps nobody from recovering', async () => {
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

  it('an adoption that loses to another caller is decided again', async () => {
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

  it('a rotation that was decided after all is an ordinary one, on the same conditions', async () => {
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

  it('whoever loses every round hears how many there were', async () => {
    const { refreshToken, sessionId } = await layer.issue(alice, client);
    store.rotate = async () => ({ won: false, session: await store.find(sessionId) });
    await expect(refresh(refreshToken)).rejects.toThrow('changed under 3 attempts');
  });
});

describe('who is refused', () => {
  it('a session that nobody knows', async () => {
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
  ])('a user who %s, in a rotation and in whatever else', async (_title, now, reason) => {
    const { first, second, sessionId } = await rotatedOnce();
    user = now;
    const refused = { kind: 'refused', reason, sessionId, userId: 'a' };
    expect(await refresh(first)).toEqual(refused);
    expect(await refresh(second)).toEqual(refused);
    clock.advance(SETTLE);
    expect(await refresh(second)).toEqual(refused);
  });
});

describe('the user is looked up', () => {
  it('once, whatever the decision', async () => {
    const { first, second } = await rotatedOnce();
    for (const token of [first, second]) {
      asked = [];
      await refresh(token);
      expect(asked).toEqual([alice.id]);
    }
  });

  it('whichever of several usernames belongs to the token', async () => {
    const { refreshToken } = await layer.issue(alice, client);
    expect(await refresh(refreshToken, ['mallory', 'alice'])).toMatchObject({
      kind: 'refreshed',
      decision: 'rotate',
    });
    expect(asked).toEqual([alice.id]);
  });
});

describe('a username that does not belong to the refresh token', () => {
  it.each([[['mallory', 'eve']], [['Alice']], [['alice ', '']]])(
    'is refused without the store and without the user: %j',
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

  it('is looked for among the first eight only', async () => {
    const { refreshToken } = await layer.issue(alice, client);
    const others = Array.from({ length: 8 }, (_, n) => `x${n}`);
    expect(await refresh(refreshToken, [...others, 'alice'])).toMatchObject({ kind: 'refused' });
    expect(await refresh(refreshToken, [...others.slice(1), 'alice'])).toMatchObject({
      kind: 'refreshed',
    });
  });
});

describe('a user who is renamed', () => {
  const grantOf = (outcome: Awaited<ReturnType<typeof refresh>>) => {
    if (outcome.kind === 'refused') throw new Error(outcome.reason);
    return outcome.grant;
  };

  it('goes on with the old name in the cookie, and has the new one from the next rotation on', async () => {
    const { refreshToken } = await layer.issue(alice, client);
    user = { ...alice, username: 'alicia' };
    const second = grantOf(await refresh(refreshToken, ['alice']));
    expect([second.username, second.principal.username]).toEqual(['alicia', 'alicia']);
    clock.advance(SETTLE);
    expect(await refresh(second.refreshToken, ['alice'])).toMatchObject({ kind: 'refused' });
    expect(await refresh(second.refreshToken, ['alicia'])).toMatchObject({ decision: 'rotate' });
  });

  it('converges when the answer is lost and the name changes once more: each delivery is good', async () => {
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

  it('leaves the old name to another user, whose sessions it does not touch', async () => {
    const { refreshToken } = await layer.issue(alice, client);
    user = { ...alice, username: 'alicia' };
    const other = await layer.issue({ ...alice, id: 'other' }, client);
    expect(grantOf(await refresh(refreshToken, ['alice']))).toMatchObject({
      principal: { userId: alice.id },
    });
    expect(await refresh(other.refreshToken, ['alice'])).toMatchObject({ reason: 'user_gone' });
  });
});
