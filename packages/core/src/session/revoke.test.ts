import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditLog } from '../audit/audit-log.ts';
import type { LayerEvent, SecurityEvent } from '../audit/security-event.ts';
import { StoreUnavailableError } from '../errors.ts';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import { memoryRevocationFeed } from '../revocation/memory-revocation-feed.ts';
import type { RevocationNotice } from '../revocation/revocation-feed.ts';
import { createSessionLayer, type SessionLayer } from '../session-layer.ts';
import { refreshTokenFor, settableClock } from '../testing/index.ts';
import type { Grant } from './grant.ts';
import { memorySessionStore } from './memory-session-store.ts';
import type { SessionStore } from './session-store.ts';
import type { User } from './user.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const elsewhere = { userAgent: 'other', ipAddress: '192.0.2.1' };
const admin = { userId: 'admin', userAgent: 'desk', ipAddress: '192.0.2.9' };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

let clock: ReturnType<typeof settableClock>;
let store: SessionStore;
let alice: User;
let events: LayerEvent[];
let appended: (readonly SecurityEvent[])[];
let notices: RevocationNotice[];
/** What the layer did, in order: an event must come after the `commit` of its change. */
let steps: string[];
let isLogOut: boolean;
/** The arguments of each call of `setTokenVersion`. */
let carried: unknown[];
let layer: SessionLayer;
beforeEach(() => {
  clock = settableClock();
  store = memorySessionStore();
  alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
  [events, appended, notices, steps] = [[], [], [], []];
  isLogOut = false;
  carried = [];
  const { setTokenVersion } = store;
  store.setTokenVersion = (...parameters) => {
    carried.push(parameters);
    return setTokenVersion(...parameters);
  };
  layer = layerOf('user');
});

const users = {
  findUser: async () => alice,
  async raiseTokenVersion(userId: string) {
    if (userId !== alice.id) return null;
    alice = { ...alice, tokenVersion: alice.tokenVersion + 1 };
    return alice.tokenVersion;
  },
};

function layerOf(onReuse: 'user' | 'session'): SessionLayer {
  const waiting: (() => void | Promise<void>)[] = [];
  const auditLog: AuditLog = {
    async transaction(work) {
      const result = await work();
      steps.push('commit');
      for (const tell of waiting.splice(0)) await tell();
      return result;
    },
    afterCommit: async (tell) => void waiting.push(tell),
    async append(batch) {
      if (isLogOut) throw new StoreUnavailableError('out');
      appended.push(batch);
      steps.push('append');
    },
  };
  const inner = memoryRevocationFeed(clock, auditLog.afterCommit);
  const feed = {
    ...inner,
    async publish(told: readonly RevocationNotice[]) {
      notices.push(...told);
      await inner.publish(told);
    },
  };
  const onEvent = (event: LayerEvent) => {
    events.push(event);
    steps.push('tell');
  };
  return createSessionLayer({
    ring,
    store,
    clock,
    users,
    auditLog,
    feed,
    onEvent,
    options: { onReuse },
  });
}

async function issue(): Promise<Grant> {
  const grant = await layer.issue(alice, client);
  [events, appended, steps] = [[], [], []];
  return grant;
}
const refresh = (refreshToken: string | null) =>
  layer.refresh({ refreshTokens: [refreshToken ?? ''], usernames: ['alice'] }, client);
/** Rotates a session twice and returns its first grant, now two generations behind. */
async function movedOn(): Promise<Grant> {
  const first = await issue();
  let token = first.refreshToken;
  for (const _ of [1, 2]) {
    clock.advance(600);
    const refreshed = await refresh(token);
    token = refreshed.kind === 'refreshed' ? refreshed.grant.refreshToken : null;
  }
  [events, appended, notices, steps] = [[], [], [], []];
  return first;
}

describe('revoke', () => {
  it('revokes a session once, and records the actor, the client and the time', async () => {
    const { sessionId } = await issue();
    clock.advance(1);
    const at = clock.now();
    expect(await layer.revoke(sessionId, 'administrator', admin)).toBe(true);
    clock.advance(1);
    expect(await layer.revoke(sessionId, 'signed_out')).toBe(false);
    expect(await store.find(sessionId)).toMatchObject({
      revokedAt: at,
      revokedReason: 'administrator',
    });
    const { userId: actorId, ...where } = admin;
    expect(events).toStrictEqual([
      {
        kind: 'session.revoked',
        at,
        actorId,
        userId: 'a',
        sessionId,
        reason: 'administrator',
        ...where,
      },
    ]);
    expect(appended).toEqual([events]);
    expect(notices).toEqual([
      { kind: 'session', userId: 'a', sessionId, reason: 'administrator', at },
    ]);
  });

  it('emits session.revoked after the commit, and appends nothing for a call without effect', async () => {
    const { sessionId } = await issue();
    await layer.revoke(sessionId, 'signed_out');
    expect(steps).toEqual(['append', 'commit', 'tell']);
    steps = [];
    await layer.revoke(sessionId, 'signed_out');
    expect(steps).toEqual(['commit']);
  });

  it('records the reason that the actor of a revocation states', async () => {
    const { sessionId } = await issue();
    await layer.revoke(sessionId, 'administrator', { ...admin, statedReason: 'lost laptop' });
    expect(events).toMatchObject([{ actorId: 'admin', statedReason: 'lost laptop' }]);
  });

  it('records no actor of a revocation by default', async () => {
    const { sessionId } = await issue();
    await layer.revoke(sessionId, 'administrator');
    expect(events).toMatchObject([{ actorId: null, userAgent: null, ipAddress: null }]);
  });

  it('publishes one notice, without a user, for the revocation of an unknown session', async () => {
    for (const _ of [1, 2])
      expect(await layer.revoke('unknown', 'administrator', admin)).toBe(false);
    expect([events, notices]).toEqual([
      [],
      [
        {
          kind: 'session',
          userId: '',
          sessionId: 'unknown',
          reason: 'administrator',
          at: clock.now(),
        },
      ],
    ]);
  });
});

describe('revokeUserSessions', () => {
  it('emits an event for each revoked session, and publishes notices of the sessions and the user', async () => {
    const [one, two] = [await issue(), await issue()];
    const at = clock.now();
    const ended = await layer.revokeUserSessions('a', 'user_disabled', {
      ...admin,
      statedReason: 'left',
    });
    expect([ended, carried]).toEqual([[one.sessionId, two.sessionId], []]);
    const { userId: actorId, ...where } = admin;
    const event = {
      kind: 'session.revoked',
      at,
      actorId,
      userId: 'a',
      reason: 'user_disabled',
      ...where,
      statedReason: 'left',
    };
    expect(events).toStrictEqual(ended.map((sessionId) => ({ ...event, sessionId })));
    expect(appended).toEqual([events]);
    const told = { userId: 'a', reason: 'user_disabled', at };
    expect(notices).toEqual([
      ...ended.map((sessionId) => ({ ...told, kind: 'session', sessionId })),
      { ...told, kind: 'user', tokenVersion: 1 },
    ]);
  });

  it('moves the excepted session to the new token version', async () => {
    const [acting, other] = [await issue(), await issue()];
    expect(
      await layer.revokeUserSessions('a', 'password_changed', admin, { except: acting.sessionId }),
    ).toEqual([other.sessionId]);
    expect(await store.find(acting.sessionId)).toMatchObject({ tokenVersion: 1, revokedAt: null });
    expect(carried).toEqual([[acting.sessionId, 1]]);
    expect(await refresh(acting.refreshToken)).toMatchObject({ kind: 'refreshed' });
  });

  it('raises no token version of a user that no longer exists', async () => {
    const { sessionId } = await layer.issue({ ...alice, id: 'gone' }, client);
    const { sessionId: kept } = await layer.issue({ ...alice, id: 'gone' }, client);
    expect(await layer.revokeUserSessions('gone', 'user_removed', admin, { except: kept })).toEqual(
      [sessionId],
    );
    expect(carried).toEqual([]);
    expect(notices.map(({ kind }) => kind)).toEqual(['session']);
  });
});

describe('revokePresentedSessions', () => {
  it('revokes the session of a presented token, with its user as actor', async () => {
    const { sessionId, refreshToken } = await issue();
    await layer.revokePresentedSessions(
      { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
      'signed_out',
      elsewhere,
    );
    expect(events).toEqual([
      {
        kind: 'session.revoked',
        at: clock.now(),
        actorId: 'a',
        userId: 'a',
        sessionId,
        reason: 'signed_out',
        ...elsewhere,
      },
    ]);
  });

  it('revokes the sessions of all presented tokens, and no others', async () => {
    const [one, two, other] = [await issue(), await issue(), await issue()];
    await layer.revokePresentedSessions(
      {
        refreshTokens: [one.refreshToken ?? '', 'junk', two.refreshToken ?? ''],
        usernames: ['alice'],
      },
      'replaced',
      client,
    );
    const reasons = await Promise.all(
      [one, two, other].map(async ({ sessionId }) => (await store.find(sessionId))?.revokedReason),
    );
    expect(reasons).toEqual(['replaced', 'replaced', null]);
  });

  it('does not revoke the session of a token two generations behind', async () => {
    const { sessionId, refreshToken } = await movedOn();
    await layer.revokePresentedSessions(
      { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
      'signed_out',
      client,
    );
    expect([(await store.find(sessionId))?.revokedAt, events, notices]).toEqual([null, [], []]);
  });

  it('publishes a notice for a session that the store has lost', async () => {
    const { sessionId, refreshToken } = await issue();
    Object.assign(store, memorySessionStore());
    await layer.revokePresentedSessions(
      { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
      'signed_out',
      client,
    );
    expect([events, notices]).toEqual([
      [],
      [{ kind: 'session', userId: '', sessionId, reason: 'signed_out', at: clock.now() }],
    ]);
  });
});

describe('revokePresentedSessions without a username', () => {
  const signOut = (...refreshTokens: (string | null)[]) =>
    layer.revokePresentedSessions(
      { refreshTokens: refreshTokens.map((token) => token ?? ''), usernames: [] },
      'signed_out',
      elsewhere,
    );
  const reasonOf = async ({ sessionId }: Grant) => (await store.find(sessionId))?.revokedReason;
  const rotated = async (token: string | null) => {
    clock.advance(600);
    const outcome = await refresh(token);
    return outcome.kind === 'refreshed' ? outcome.grant.refreshToken : null;
  };

  it('revokes, without a username, the session of a current token, with its user as actor', async () => {
    const [session, other] = [await issue(), await issue()];
    await signOut(session.refreshToken);
    expect([await reasonOf(session), await reasonOf(other)]).toEqual(['signed_out', null]);
    expect(events).toMatchObject([
      { kind: 'session.revoked', actorId: 'a', userId: 'a', ...elsewhere },
    ]);
  });

  it('revokes, without a username, the session of the current and of the previous token', async () => {
    for (const which of ['current', 'previous']) {
      const session = await issue();
      const current = await rotated(session.refreshToken);
      await signOut(which === 'current' ? current : session.refreshToken);
      expect(await reasonOf(session)).toBe('signed_out');
    }
  });

  it('revokes nothing, without a username, for another secret of the only generation', async () => {
    const session = await issue();
    const of = { sessionId: session.sessionId, generation: 0, userId: 'a' };
    await signOut(refreshTokenFor(ring, of, 'alice').token);
    expect([await reasonOf(session), events, notices]).toEqual([null, [], []]);
  });

  it('revokes nothing, without a username, for another secret after a rotation', async () => {
    const session = await issue();
    await rotated(session.refreshToken);
    for (const generation of [0, 1, 2]) {
      const of = { sessionId: session.sessionId, generation, userId: 'a' };
      await signOut(refreshTokenFor(ring, of, 'alice').token);
    }
    expect(await reasonOf(session)).toBeNull();
  });

  it('revokes nothing, without a username, for a token two generations behind', async () => {
    const session = await movedOn();
    await signOut(session.refreshToken);
    expect(await reasonOf(session)).toBeNull();
  });

  it('publishes nothing, without a username, for a session that the store does not know', async () => {
    const { refreshToken } = await issue();
    Object.assign(store, memorySessionStore());
    await signOut(refreshToken);
    expect([events, notices]).toEqual([[], []]);
  });

  it('revokes, without a username, up to four sessions', async () => {
    const sessions = [];
    for (let count = 0; count < 5; count++) sessions.push(await issue());
    await signOut(...sessions.map(({ refreshToken }) => refreshToken));
    const reasons = await Promise.all(sessions.map(reasonOf));
    expect(reasons.filter((reason) => reason === 'signed_out')).toHaveLength(4);
  });
});

describe('a reused refresh token', () => {
  it.each(['session', 'user'] as const)(
    'revokes what onReuse says for a reused refresh token: %s',
    async (onReuse) => {
      layer = layerOf(onReuse);
      const { sessionId, refreshToken } = await movedOn();
      const other = await issue();
      const at = clock.now();
      expect(
        (
          await layer.refresh(
            { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
            elsewhere,
          )
        ).kind,
      ).toBe('refused');
      const endedSessionIds = onReuse === 'user' ? [sessionId, other.sessionId] : [sessionId];
      const event = {
        kind: 'session.reuse',
        at,
        actorId: null,
        userId: 'a',
        sessionId,
        presentedGeneration: 0,
        generation: 2,
        endedSessionIds,
        ...elsewhere,
      };
      expect([events, appended, steps]).toEqual([[event], [[event]], ['append', 'commit', 'tell']]);
      const told = { userId: 'a', reason: 'reuse', at };
      const ended = endedSessionIds.map((id) => ({ ...told, kind: 'session', sessionId: id }));
      expect(notices).toEqual(
        onReuse === 'user' ? [...ended, { ...told, kind: 'user', tokenVersion: 1 }] : ended,
      );
    },
  );

  it('does not report reuse for a caller that did not revoke the session', async () => {
    const { refreshToken } = await movedOn();
    const revoke = store.revoke.bind(store);
    store.revoke = async (...parameters) => {
      await revoke(...parameters);
      return revoke(...parameters);
    };
    expect(await refresh(refreshToken)).toMatchObject({ reason: 'refresh_token_reused' });
    expect([events, appended, notices]).toEqual([[], [], []]);
  });
});

it('emits and publishes nothing about reuse when the audit log cannot be written', async () => {
  const { sessionId, accessToken } = await issue();
  isLogOut = true;
  await expect(layer.revoke(sessionId, 'signed_out')).rejects.toThrow(StoreUnavailableError);
  expect(events).toEqual([]);
  expect(layer.authenticate([accessToken], clock.now()).kind).toBe('authenticated');
});
