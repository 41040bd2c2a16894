import { describe, expect, it } from 'vitest';
import { alice, client, layerFixture } from '../testing/fixtures/layer-fixture.ts';
import { memorySessionStore } from './memory-session-store.ts';
import type { User } from './user.ts';

const fixture = layerFixture();

const SETTLE = 120;

const refresh = (token: string | null, usernames = ['alice']) =>
  fixture.layer.refresh({ refreshTokens: [token ?? ''], usernames }, client);

async function rotatedOnce() {
  const first = await fixture.layer.issue(alice, client);
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
    const { refreshToken } = await fixture.layer.issue(alice, client);
    expect(await refresh(refreshToken)).toMatchObject({
      kind: 'refreshed',
      decision: 'rotate',
      grant: { generation: 1, refreshToken: expect.any(String) },
    });
    expect(fixture.events.map(({ kind }) => kind)).toEqual(['session.issued']);
  });

  it.each([
    [-0.001, 'reissue', 1],
    [0, 'rotate', 2],
  ] as const)(
    'decides, %d s after the settle time of a refresh token, to %s it',
    async (from, decision, generation) => {
      const { second } = await rotatedOnce();
      fixture.clock.advance(SETTLE + from);
      expect(await refresh(second)).toMatchObject({
        kind: 'refreshed',
        decision,
        grant: { generation },
      });
    },
  );

  it('reissues an access token alone, and acknowledges the refresh token', async () => {
    const { sessionId, second } = await rotatedOnce();
    fixture.clock.advance(1);
    expect(await refresh(second)).toMatchObject({
      kind: 'refreshed',
      decision: 'reissue',
      grant: { refreshToken: null, accessToken: expect.any(String) },
    });
    await fixture.layer.flush();
    expect((await fixture.store.find(sessionId))?.acknowledgedAt).toBe(fixture.clock.now());
  });

  it('converges on the successor when the previous refresh token is presented', async () => {
    const { first, second } = await rotatedOnce();
    expect(await refresh(first)).toMatchObject({
      kind: 'refreshed',
      decision: 'converge',
      grant: { refreshToken: second, generation: 1 },
    });
  });
});

describe('refresh: refusals', () => {
  it('refuses to refresh an unknown session', async () => {
    const { refreshToken, sessionId } = await fixture.layer.issue(alice, client);
    Object.assign(fixture.store, memorySessionStore());
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
    [
      'has a raised token version',
      { ...alice, tokenVersion: alice.tokenVersion + 1 },
      'token_version',
    ],
  ])(
    'refuses to refresh for a user who %s, in a rotation and in any other decision',
    async (_title, now, reason) => {
      const { first, second, sessionId } = await rotatedOnce();
      fixture.user = now;
      const refused = { kind: 'refused', reason, sessionId, userId: 'a' };
      expect(await refresh(first)).toEqual(refused);
      expect(await refresh(second)).toEqual(refused);
      fixture.clock.advance(SETTLE);
      expect(await refresh(second)).toEqual(refused);
    },
  );
});

describe('refresh: user look-up', () => {
  it('looks the user up once for each decision', async () => {
    const { first, second } = await rotatedOnce();
    for (const token of [first, second]) {
      fixture.asked = [];
      await refresh(token);
      expect(fixture.asked).toEqual([alice.id]);
    }
  });

  it('accepts several usernames if one of them belongs to the refresh token', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    expect(await refresh(refreshToken, ['mallory', 'alice'])).toMatchObject({
      kind: 'refreshed',
      decision: 'rotate',
    });
    expect(fixture.asked).toEqual([alice.id]);
  });
});
