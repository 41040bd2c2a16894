import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../errors.ts';
import { createSessionLayer } from '../session-layer.ts';
import { client, ring } from '../testing/fixtures/layer-fixture.ts';
import { twoNodes } from '../testing/fixtures/two-nodes.ts';
import { memoryRevocationFeed } from './memory-revocation-feed.ts';
import type { RevocationFeed } from './revocation-feed.ts';

const nodes = twoNodes();

describe('revokeUserSessions', () => {
  it('revokeUserSessions invalidates the access token of the excepted session, not its refresh token', async () => {
    const [acting, other] = [await nodes.issue(), await nodes.issue()];
    expect(
      await nodes.here.revokeUserSessions('a', 'password_changed', undefined, {
        except: acting.sessionId,
      }),
    ).toEqual([other.sessionId]);
    expect([nodes.outcome(acting), nodes.outcome(other)]).toEqual([
      'token_version',
      'session_revoked',
    ]);
    const refreshed = await nodes.refresh(acting);
    expect(refreshed).toMatchObject({ kind: 'refreshed' });
    if (refreshed.kind === 'refreshed')
      expect(nodes.outcome(refreshed.grant)).toBe('authenticated');
    expect(await nodes.refresh(other)).toMatchObject({
      kind: 'refused',
      reason: 'session_revoked',
    });
  });

  it('revokeUserSessions raises the token version once, or uses the version given', async () => {
    const acting = await nodes.issue();
    await nodes.here.revokeUserSessions('a', 'administrator');
    expect(nodes.alice.tokenVersion).toBe(1);
    await nodes.here.revokeUserSessions('a', 'role_changed', undefined, {
      tokenVersion: 7,
      except: acting.sessionId,
    });
    expect([
      nodes.alice.tokenVersion,
      nodes.published.findLast(({ kind }) => kind === 'user'),
    ]).toEqual([1, expect.objectContaining({ tokenVersion: 7 })]);
  });

  it('revokeUserSessions revokes the sessions only if users have no token versions', async () => {
    const simple = nodes.node({ users: { findUser: nodes.users.findUser } });
    const [acting, other] = [await nodes.issue(), await nodes.issue()];
    await simple.revokeUserSessions('a', 'administrator', undefined, { except: acting.sessionId });
    expect([
      nodes.outcome(acting),
      nodes.outcome(other),
      nodes.published.map(({ kind }) => kind),
    ]).toEqual(['authenticated', 'session_revoked', ['session']]);
  });

  it('revokeUserSessions also invalidates the tokens of a concurrent sign-in', async () => {
    const asked = await nodes.users.findUser();
    await nodes.here.revokeUserSessions('a', 'user_disabled');
    const grant = await nodes.there.issue(asked, client);
    expect([nodes.outcome(grant, nodes.here), nodes.outcome(grant, nodes.there)]).toEqual([
      'token_version',
      'token_version',
    ]);
    expect(await nodes.refresh(grant)).toMatchObject({ kind: 'refused', reason: 'token_version' });
  });

  it('revokes all sessions and raises the token version when a refresh token is reused', async () => {
    const [first, other] = [await nodes.issue(), await nodes.issue()];
    let latest = first;
    for (const _ of [1, 2]) {
      nodes.clock.advance(600);
      const result = await nodes.refresh(latest, nodes.here);
      if (result.kind !== 'refreshed') throw new Error('refused');
      latest = result.grant;
    }
    const fresh = await nodes.issue();
    expect(await nodes.refresh(first, nodes.here)).toMatchObject({
      reason: 'refresh_token_reused',
    });
    expect([nodes.outcome(latest), nodes.outcome(fresh)]).toEqual([
      'session_revoked',
      'session_revoked',
    ]);
    const told = nodes.published.map((notice) =>
      notice.kind === 'session' ? notice.sessionId : notice.tokenVersion,
    );
    expect(new Set(told)).toEqual(new Set([1, first.sessionId, other.sessionId, fresh.sessionId]));
  });
});

describe('revoke', () => {
  it('revoke publishes one notice for a session that had ended before or is unknown', async () => {
    const { sessionId } = await nodes.issue();
    await nodes.store.revoke(sessionId, 'signed_out', nodes.clock.now());
    for (const _ of [1, 2]) expect(await nodes.here.revoke(sessionId, 'signed_out')).toBe(false);
    for (const _ of [1, 2]) expect(await nodes.here.revoke('unknown', 'signed_out')).toBe(false);
    expect(nodes.published).toMatchObject([{ sessionId }, { sessionId: 'unknown', userId: '' }]);
  });

  it('revoke rejects when the notice cannot be published, and publishes it at a retry', async () => {
    const grant = await nodes.issue();
    const { publish } = nodes.feed;
    nodes.feed.publish = async () => {
      throw new StoreUnavailableError('out');
    };
    await expect(nodes.here.revoke(grant.sessionId, 'signed_out')).rejects.toThrow(
      StoreUnavailableError,
    );
    expect(nodes.outcome(grant, nodes.here)).toBe('authenticated');
    nodes.feed.publish = publish;
    await nodes.here.revoke(grant.sessionId, 'signed_out');
    expect([nodes.outcome(grant, nodes.here), nodes.outcome(grant, nodes.there)]).toEqual([
      'session_revoked',
      'session_revoked',
    ]);
  });

  it('applies a revocation on its own node before the feed delivers it', async () => {
    const quiet: RevocationFeed = {
      publish: async () => {},
      subscribe: async () => ({ close: async () => {} }),
    };
    const alone = nodes.node({ feed: quiet });
    const grant = await nodes.issue(alone);
    await alone.revoke(grant.sessionId, 'signed_out');
    expect(nodes.outcome(grant, alone)).toBe('session_revoked');
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
      store: nodes.store,
      clock: nodes.clock,
      users: nodes.users,
      auditLog,
      feed: memoryRevocationFeed(nodes.clock, auditLog.afterCommit),
    });
    await transactional.start();
    const grant = await nodes.issue(transactional);
    await transactional.revoke(grant.sessionId, 'signed_out');
    expect(nodes.outcome(grant, transactional)).toBe('authenticated');
    for (const tell of tells) tell();
    expect(nodes.outcome(grant, transactional)).toBe('session_revoked');
  });
});

it('watch reports the notices that concern the principal', async () => {
  const grant = await nodes.issue();
  const { principal } = nodes.there.authenticate([grant.accessToken], nodes.clock.now()) as Extract<
    ReturnType<typeof nodes.there.authenticate>,
    { kind: 'authenticated' }
  >;
  const heard: string[] = [];
  const stop = nodes.there.watch(principal, ({ kind }) => heard.push(kind));
  await nodes.here.revokeUserSessions('a', 'administrator');
  expect(heard).toEqual(['session', 'user']);
  stop();
});
