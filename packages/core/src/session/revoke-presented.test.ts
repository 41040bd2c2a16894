import { describe, expect, it } from 'vitest';
import { client, ring } from '../testing/fixtures/layer-fixture.ts';
import { revokeFixture } from '../testing/fixtures/revoke-fixture.ts';
import { refreshTokenFor } from '../testing/index.ts';
import type { Grant } from './grant.ts';
import { memorySessionStore } from './memory-session-store.ts';

const fixture = revokeFixture();

const elsewhere = { userAgent: 'other', ipAddress: '192.0.2.1' };

describe('revokePresentedSessions', () => {
  it('revokes the session of a presented token, with its user as actor', async () => {
    const { sessionId, refreshToken } = await fixture.issue();
    await fixture.layer.revokePresentedSessions(
      { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
      'signed_out',
      elsewhere,
    );
    expect(fixture.events).toEqual([
      {
        kind: 'session.revoked',
        at: fixture.clock.now(),
        actorId: 'a',
        userId: 'a',
        sessionId,
        reason: 'signed_out',
        ...elsewhere,
      },
    ]);
  });

  it('revokes the sessions of all presented tokens, and no others', async () => {
    const [one, two, other] = [await fixture.issue(), await fixture.issue(), await fixture.issue()];
    await fixture.layer.revokePresentedSessions(
      {
        refreshTokens: [one.refreshToken ?? '', 'junk', two.refreshToken ?? ''],
        usernames: ['alice'],
      },
      'replaced',
      client,
    );
    const reasons = await Promise.all(
      [one, two, other].map(
        async ({ sessionId }) => (await fixture.store.find(sessionId))?.revokedReason,
      ),
    );
    expect(reasons).toEqual(['replaced', 'replaced', null]);
  });

  it('does not revoke the session of a token two generations behind', async () => {
    const { sessionId, refreshToken } = await fixture.movedOn();
    await fixture.layer.revokePresentedSessions(
      { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
      'signed_out',
      client,
    );
    expect([
      (await fixture.store.find(sessionId))?.revokedAt,
      fixture.events,
      fixture.notices,
    ]).toEqual([null, [], []]);
  });

  it('publishes a notice for a session that the store has lost', async () => {
    const { sessionId, refreshToken } = await fixture.issue();
    Object.assign(fixture.store, memorySessionStore());
    await fixture.layer.revokePresentedSessions(
      { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
      'signed_out',
      client,
    );
    expect([fixture.events, fixture.notices]).toEqual([
      [],
      [{ kind: 'session', userId: '', sessionId, reason: 'signed_out', at: fixture.clock.now() }],
    ]);
  });
});

describe('revokePresentedSessions without a username', () => {
  const signOut = (...refreshTokens: (string | null)[]) =>
    fixture.layer.revokePresentedSessions(
      { refreshTokens: refreshTokens.map((token) => token ?? ''), usernames: [] },
      'signed_out',
      elsewhere,
    );
  const reasonOf = async ({ sessionId }: Grant) =>
    (await fixture.store.find(sessionId))?.revokedReason;
  const rotated = async (token: string | null) => {
    fixture.clock.advance(600);
    const outcome = await fixture.refresh(token);
    return outcome.kind === 'refreshed' ? outcome.grant.refreshToken : null;
  };

  it('revokes, without a username, the session of a current token, with its user as actor', async () => {
    const [session, other] = [await fixture.issue(), await fixture.issue()];
    await signOut(session.refreshToken);
    expect([await reasonOf(session), await reasonOf(other)]).toEqual(['signed_out', null]);
    expect(fixture.events).toMatchObject([
      { kind: 'session.revoked', actorId: 'a', userId: 'a', ...elsewhere },
    ]);
  });

  it('revokes, without a username, the session of the current and of the previous token', async () => {
    for (const which of ['current', 'previous']) {
      const session = await fixture.issue();
      const current = await rotated(session.refreshToken);
      await signOut(which === 'current' ? current : session.refreshToken);
      expect(await reasonOf(session)).toBe('signed_out');
    }
  });

  it('revokes nothing, without a username, for another secret of the only generation', async () => {
    const session = await fixture.issue();
    const of = { sessionId: session.sessionId, generation: 0, userId: 'a' };
    await signOut(refreshTokenFor(ring, of, 'alice').token);
    expect([await reasonOf(session), fixture.events, fixture.notices]).toEqual([null, [], []]);
  });

  it('revokes nothing, without a username, for another secret after a rotation', async () => {
    const session = await fixture.issue();
    await rotated(session.refreshToken);
    for (const generation of [0, 1, 2]) {
      const of = { sessionId: session.sessionId, generation, userId: 'a' };
      await signOut(refreshTokenFor(ring, of, 'alice').token);
    }
    expect(await reasonOf(session)).toBeNull();
  });

  it('revokes nothing, without a username, for a token two generations behind', async () => {
    const session = await fixture.movedOn();
    await signOut(session.refreshToken);
    expect(await reasonOf(session)).toBeNull();
  });

  it('publishes nothing, without a username, for a session that the store does not know', async () => {
    const { refreshToken } = await fixture.issue();
    Object.assign(fixture.store, memorySessionStore());
    await signOut(refreshToken);
    expect([fixture.events, fixture.notices]).toEqual([[], []]);
  });

  it('revokes, without a username, up to four sessions', async () => {
    const sessions = [];
    for (let count = 0; count < 5; count++) sessions.push(await fixture.issue());
    await signOut(...sessions.map(({ refreshToken }) => refreshToken));
    const reasons = await Promise.all(sessions.map(reasonOf));
    expect(reasons.filter((reason) => reason === 'signed_out')).toHaveLength(4);
  });
});
