import { beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../errors.ts';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import type { Grant } from '../session/grant.ts';
import { memorySessionStore } from '../session/memory-session-store.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { User } from '../session/user.ts';
import { createSessionLayer, type SessionLayer } from '../session-layer.ts';
import { type SettableClock, settableClock } from '../testing/index.ts';
import { memoryRevocationFeed } from './memory-revocation-feed.ts';
import type { RevocationFeed, RevocationNotice } from './revocation-feed.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

let clock: SettableClock;
let store: SessionStore;
let alice: User;
let feed: RevocationFeed;
let published: RevocationNotice[];
/** Two nodes that share a store and a revocation feed. */
let here: SessionLayer;
let there: SessionLayer;
const users = {
  findUser: async () => alice,
  async raiseTokenVersion() {
    alice = { ...alice, tokenVersion: alice.tokenVersion + 1 };
    return alice.tokenVersion;
  },
};
const node = (
  change: {
    feed?: RevocationFeed;
    users?: Partial<typeof users> & Pick<typeof users, 'findUser'>;
  } = {},
) =>
  createSessionLayer({ ring, store, clock, users, feed, options: { onReuse: 'user' }, ...change });

beforeEach(async () => {
  clock = settableClock();
  store = memorySessionStore();
  alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
  published = [];
  const inner = memoryRevocationFeed(clock);
  feed = {
    ...inner,
    async publish(notices) {
      published.push(...notices);
      await inner.publish(notices);
    },
  };
  here = node();
  there = node();
  await Promise.all([here.start(), there.start()]);
});

const issue = (layer = here) => layer.issue(alice, client);
const outcome = ({ accessToken }: Grant, layer = there) => {
  const result = layer.authenticate([accessToken], clock.now());
  return result.kind === 'authenticated' ? 'authenticated' : result.reason;
};
const refresh = (grant: Grant, layer = there) =>
  layer.refresh({ refreshTokens: [grant.refreshToken ?? ''], usernames: ['alice'] }, client);

describe('access tokens', () => {
  it.each<[string, string, (grant: Grant) => Promise<unknown>]>([
    ['revoked', 'session_revoked', ({ sessionId }) => here.revoke(sessionId, 'administrator')],
    [
      'signed out',
      'session_revoked',
      ({ refreshToken }) =>
        here.revokePresentedSessions(
          { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
          'signed_out',
          client,
        ),
    ],
    [
      'revoked with all sessions of its user',
      'session_revoked',
      () => here.revokeUserSessions('a', 'user_disabled'),
    ],
  ])(
    'rejects an unexpired access token on every node once its session is %s',
    async (_title, reason, end) => {
      const [doomed, other] = [await issue(), await here.issue({ ...alice, id: 'b' }, client)];
      expect([outcome(doomed, here), outcome(doomed)]).toEqual(['authenticated', 'authenticated']);
      await end(doomed);
      expect([outcome(doomed, here), outcome(doomed)]).toEqual([reason, reason]);
      expect(outcome(other)).toBe('authenticated');
    },
  );

  it('accepts the access token of a revoked session until it expires if there is no feed', async () => {
    const alone = createSessionLayer({ ring, store, clock, users });
    await alone.start();
    const grant = await issue(alone);
    await alone.revokeUserSessions('a', 'administrator');
    expect([outcome(grant, alone), alone.isFeedUpToDate()]).toEqual(['authenticated', true]);
    await alone.close();
  });

  it('authenticates a valid access token beside a revoked one, in any order', async () => {
    const [doomed, good] = [await issue(), await issue()];
    await here.revoke(doomed.sessionId, 'signed_out');
    for (const tokens of [
      [doomed.accessToken, good.accessToken],
      [good.accessToken, doomed.accessToken],
    ])
      expect(there.authenticate(tokens, clock.now())).toMatchObject({
        kind: 'authenticated',
        principal: { sessionId: good.sessionId },
      });
    expect(there.authenticate(['junk', doomed.accessToken, 'junk'], clock.now())).toEqual({
      kind: 'anonymous',
      reason: 'session_revoked',
    });
  });

  it('rejects a revoked access token on a node that starts later, and not on a closed node', async () => {
    const grant = await issue();
    await there.close();
    await here.revoke(grant.sessionId, 'signed_out');
    const late = node();
    expect(late.isFeedUpToDate()).toBe(false);
    await late.start();
    expect([outcome(grant, late), outcome(grant, there), late.isFeedUpToDate()]).toEqual([
      'session_revoked',
      'authenticated',
      true,
    ]);
  });
});

describe('revokeUserSessions', () => {
  it('revokeUserSessions invalidates the access token of the excepted session, not its refresh token', async () => {
    const [acting, other] = [await issue(), await issue()];
    expect(
      await here.revokeUserSessions('a', 'password_changed', undefined, {
        except: acting.sessionId,
      }),
    ).toEqual([other.sessionId]);
    expect([outcome(acting), outcome(other)]).toEqual(['token_version', 'session_revoked']);
    const refreshed = await refresh(acting);
    expect(refreshed).toMatchObject({ kind: 'refreshed' });
    if (refreshed.kind === 'refreshed') expect(outcome(refreshed.grant)).toBe('authenticated');
    expect(await refresh(other)).toMatchObject({ kind: 'refused', reason: 'session_revoked' });
  });

  it('revokeUserSessions raises the token version once, or uses the version given', async () => {
    const acting = await issue();
    await here.revokeUserSessions('a', 'administrator');
    expect(alice.tokenVersion).toBe(1);
    await here.revokeUserSessions('a', 'role_changed', undefined, {
      tokenVersion: 7,
      except: acting.sessionId,
    });
    expect([alice.tokenVersion, published.findLast(({ kind }) => kind === 'user')]).toEqual([
      1,
      expect.objectContaining({ tokenVersion: 7 }),
    ]);
  });

  it('revokeUserSessions revokes the sessions only if users have no token versions', async () => {
    const simple = node({ users: { findUser: users.findUser } });
    const [acting, other] = [await issue(), await issue()];
    await simple.revokeUserSessions('a', 'administrator', undefined, { except: acting.sessionId });
    expect([outcome(acting), outcome(other), published.map(({ kind }) => kind)]).toEqual([
      'authenticated',
      'session_revoked',
      ['session'],
    ]);
  });

  it('revokeUserSessions also invalidates the tokens of a concurrent sign-in', async () => {
    const asked = await users.findUser();
    await here.revokeUserSessions('a', 'user_disabled');
    const grant = await there.issue(asked, client);
    expect([outcome(grant, here), outcome(grant, there)]).toEqual([
      'token_version',
      'token_version',
    ]);
    expect(await refresh(grant)).toMatchObject({ kind: 'refused', reason: 'token_version' });
  });

  it('revokes all sessions and raises the token version when a refresh token is reused', async () => {
    const [first, other] = [await issue(), await issue()];
    let latest = first;
    for (const _ of [1, 2]) {
      clock.advance(600);
      const result = await refresh(latest, here);
      if (result.kind !== 'refreshed') throw new Error('refused');
      latest = result.grant;
    }
    const fresh = await issue();
    expect(await refresh(first, here)).toMatchObject({ reason: 'refresh_token_reused' });
    expect([outcome(latest), outcome(fresh)]).toEqual(['session_revoked', 'session_revoked']);
    const told = published.map((notice) =>
      notice.kind === 'session' ? notice.sessionId : notice.tokenVersion,
    );
    expect(new Set(told)).toEqual(new Set([1, first.sessionId, other.sessionId, fresh.sessionId]));
  });
});

describe('revoke', () => {
  it('revoke publishes one notice for a session that had ended before or is unknown', async () => {
    const { sessionId } = await issue();
    await store.revoke(sessionId, 'signed_out', clock.now());
    for (const _ of [1, 2]) expect(await here.revoke(sessionId, 'signed_out')).toBe(false);
    for (const _ of [1, 2]) expect(await here.revoke('unknown', 'signed_out')).toBe(false);
    expect(published).toMatchObject([{ sessionId }, { sessionId: 'unknown', userId: '' }]);
  });

  it('revoke rejects when the notice cannot be published, and publishes it at a retry', async () => {
    const grant = await issue();
    const { publish } = feed;
    feed.publish = async () => {
      throw new StoreUnavailableError('out');
    };
    await expect(here.revoke(grant.sessionId, 'signed_out')).rejects.toThrow(StoreUnavailableError);
    expect(outcome(grant, here)).toBe('authenticated');
    feed.publish = publish;
    await here.revoke(grant.sessionId, 'signed_out');
    expect([outcome(grant, here), outcome(grant, there)]).toEqual([
      'session_revoked',
      'session_revoked',
    ]);
  });

  it('applies a revocation on its own node before the feed delivers it', async () => {
    const quiet: RevocationFeed = {
      publish: async () => {},
      subscribe: async () => ({ close: async () => {} }),
    };
    const alone = node({ feed: quiet });
    const grant = await issue(alone);
    await alone.revoke(grant.sessionId, 'signed_out');
    expect(outcome(grant, alone)).toBe('session_revoked');
  });

  it('does not publish a revocation that is rolled back', async () => {
    const tells: (() => unknown)[] = [];
    const auditLog = {
      append: async () => {},
      transaction: async <T>(work: () => Promise<T>) => work(),
      afterCommit: async (tell: () => unknown) => void tells.push(tell),
    };
    const transactional = createSessionLayer({
      ring,
      store,
      clock,
      users,
      auditLog,
      feed: memoryRevocationFeed(clock, auditLog.afterCommit),
    });
    await transactional.start();
    const grant = await issue(transactional);
    await transactional.revoke(grant.sessionId, 'signed_out');
    expect(outcome(grant, transactional)).toBe('authenticated');
    for (const tell of tells) tell();
    expect(outcome(grant, transactional)).toBe('session_revoked');
  });
});

it('watch reports the notices that concern the principal', async () => {
  const grant = await issue();
  const { principal } = there.authenticate([grant.accessToken], clock.now()) as Extract<
    ReturnType<typeof there.authenticate>,
    { kind: 'authenticated' }
  >;
  const heard: string[] = [];
  const stop = there.watch(principal, ({ kind }) => heard.push(kind));
  await here.revokeUserSessions('a', 'administrator');
  expect(heard).toEqual(['session', 'user']);
  stop();
});
