import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../errors.ts';
import { revokeFixture } from '../testing/fixtures/revoke-fixture.ts';

const fixture = revokeFixture();

const elsewhere = { userAgent: 'other', ipAddress: '192.0.2.1' };

describe('a reused refresh token', () => {
  it.each(['session', 'user'] as const)(
    'revokes what onReuse says for a reused refresh token: %s',
    async (onReuse) => {
      fixture.layer = fixture.layerOf(onReuse);
      const { sessionId, refreshToken } = await fixture.movedOn();
      const other = await fixture.issue();
      const at = fixture.clock.now();
      expect(
        (
          await fixture.layer.refresh(
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
      expect([fixture.events, fixture.appended, fixture.steps]).toEqual([
        [event],
        [[event]],
        ['append', 'commit', 'tell'],
      ]);
      const told = { userId: 'a', reason: 'reuse', at };
      const ended = endedSessionIds.map((id) => ({ ...told, kind: 'session', sessionId: id }));
      expect(fixture.notices).toEqual(
        onReuse === 'user' ? [...ended, { ...told, kind: 'user', tokenVersion: 1 }] : ended,
      );
    },
  );

  it('does not report reuse for a caller that did not revoke the session', async () => {
    const { refreshToken } = await fixture.movedOn();
    const revoke = fixture.store.revoke.bind(fixture.store);
    fixture.store.revoke = async (...parameters) => {
      await revoke(...parameters);
      return revoke(...parameters);
    };
    expect(await fixture.refresh(refreshToken)).toMatchObject({ reason: 'refresh_token_reused' });
    expect([fixture.events, fixture.appended, fixture.notices]).toEqual([[], [], []]);
  });
});

it('emits and publishes nothing about reuse when the audit log cannot be written', async () => {
  const { sessionId, accessToken } = await fixture.issue();
  fixture.isLogOut = true;
  await expect(fixture.layer.revoke(sessionId, 'signed_out')).rejects.toThrow(
    StoreUnavailableError,
  );
  expect(fixture.events).toEqual([]);
  expect(fixture.layer.authenticate([accessToken], fixture.clock.now()).kind).toBe('authenticated');
});
