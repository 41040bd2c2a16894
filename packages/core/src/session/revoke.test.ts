import { describe, expect, it } from 'vitest';
import { client } from '../testing/fixtures/layer-fixture.ts';
import { revokeFixture } from '../testing/fixtures/revoke-fixture.ts';

const fixture = revokeFixture();

const admin = { userId: 'admin', userAgent: 'desk', ipAddress: '192.0.2.9' };

describe('revoke', () => {
  it('revokes a session once, and records the actor, the client and the time', async () => {
    const { sessionId } = await fixture.issue();
    fixture.clock.advance(1);
    const at = fixture.clock.now();
    expect(await fixture.layer.revoke(sessionId, 'administrator', admin)).toBe(true);
    fixture.clock.advance(1);
    expect(await fixture.layer.revoke(sessionId, 'signed_out')).toBe(false);
    expect(await fixture.store.find(sessionId)).toMatchObject({
      revokedAt: at,
      revokedReason: 'administrator',
    });
    const { userId: actorId, ...where } = admin;
    expect(fixture.events).toStrictEqual([
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
    expect(fixture.appended).toEqual([fixture.events]);
    expect(fixture.notices).toEqual([
      { kind: 'session', userId: 'a', sessionId, reason: 'administrator', at },
    ]);
  });

  it('emits session.revoked after the commit, and appends nothing for a call without effect', async () => {
    const { sessionId } = await fixture.issue();
    await fixture.layer.revoke(sessionId, 'signed_out');
    expect(fixture.steps).toEqual(['append', 'commit', 'tell']);
    fixture.steps = [];
    await fixture.layer.revoke(sessionId, 'signed_out');
    expect(fixture.steps).toEqual(['commit']);
  });

  it('records the reason that the actor of a revocation states', async () => {
    const { sessionId } = await fixture.issue();
    await fixture.layer.revoke(sessionId, 'administrator', {
      ...admin,
      statedReason: 'lost laptop',
    });
    expect(fixture.events).toMatchObject([{ actorId: 'admin', statedReason: 'lost laptop' }]);
  });

  it('records no actor of a revocation by default', async () => {
    const { sessionId } = await fixture.issue();
    await fixture.layer.revoke(sessionId, 'administrator');
    expect(fixture.events).toMatchObject([{ actorId: null, userAgent: null, ipAddress: null }]);
  });

  it('publishes one notice, without a user, for the revocation of an unknown session', async () => {
    for (const _ of [1, 2])
      expect(await fixture.layer.revoke('unknown', 'administrator', admin)).toBe(false);
    expect([fixture.events, fixture.notices]).toEqual([
      [],
      [
        {
          kind: 'session',
          userId: '',
          sessionId: 'unknown',
          reason: 'administrator',
          at: fixture.clock.now(),
        },
      ],
    ]);
  });
});

describe('revokeUserSessions', () => {
  it('emits an event for each revoked session, and publishes notices of the sessions and the user', async () => {
    const [one, two] = [await fixture.issue(), await fixture.issue()];
    const at = fixture.clock.now();
    const ended = await fixture.layer.revokeUserSessions('a', 'user_disabled', {
      ...admin,
      statedReason: 'left',
    });
    expect([ended, fixture.carried]).toEqual([[one.sessionId, two.sessionId], []]);
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
    expect(fixture.events).toStrictEqual(ended.map((sessionId) => ({ ...event, sessionId })));
    expect(fixture.appended).toEqual([fixture.events]);
    const told = { userId: 'a', reason: 'user_disabled', at };
    expect(fixture.notices).toEqual([
      ...ended.map((sessionId) => ({ ...told, kind: 'session', sessionId })),
      { ...told, kind: 'user', tokenVersion: 1 },
    ]);
  });

  it('moves the excepted session to the new token version', async () => {
    const [acting, other] = [await fixture.issue(), await fixture.issue()];
    expect(
      await fixture.layer.revokeUserSessions('a', 'password_changed', admin, {
        except: acting.sessionId,
      }),
    ).toEqual([other.sessionId]);
    expect(await fixture.store.find(acting.sessionId)).toMatchObject({
      tokenVersion: 1,
      revokedAt: null,
    });
    expect(fixture.carried).toEqual([[acting.sessionId, 1]]);
    expect(await fixture.refresh(acting.refreshToken)).toMatchObject({ kind: 'refreshed' });
  });

  it('raises no token version of a user that no longer exists', async () => {
    const { sessionId } = await fixture.layer.issue({ ...fixture.alice, id: 'gone' }, client);
    const { sessionId: kept } = await fixture.layer.issue({ ...fixture.alice, id: 'gone' }, client);
    expect(
      await fixture.layer.revokeUserSessions('gone', 'user_removed', admin, { except: kept }),
    ).toEqual([sessionId]);
    expect(fixture.carried).toEqual([]);
    expect(fixture.notices.map(({ kind }) => kind)).toEqual(['session']);
  });
});
