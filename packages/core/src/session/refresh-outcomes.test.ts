import { describe, expect, it } from 'vitest';
import { alice, client, layerFixture } from '../testing/fixtures/layer-fixture.ts';
import { memorySessionStore } from './memory-session-store.ts';
import type { User } from './user.ts';

const fixture = layerFixture();

const SETTLE = 120;

describe('refresh: decisions', () => {
  it('rotates the first refresh token of a session at once', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    expect(await fixture.refresh(refreshToken)).toMatchObject({
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
      const { second } = await fixture.rotatedOnce();
      fixture.clock.advance(SETTLE + from);
      expect(await fixture.refresh(second)).toMatchObject({
        kind: 'refreshed',
        decision,
        grant: { generation },
      });
    },
  );

  it('reissues an access token alone, and acknowledges the refresh token', async () => {
    const { sessionId, second } = await fixture.rotatedOnce();
    fixture.clock.advance(1);
    expect(await fixture.refresh(second)).toMatchObject({
      kind: 'refreshed',
      decision: 'reissue',
      grant: { refreshToken: null, accessToken: expect.any(String) },
    });
    await fixture.layer.flush();
    expect((await fixture.store.find(sessionId))?.acknowledgedAt).toBe(fixture.clock.now());
  });

  it('converges on the successor when the previous refresh token is presented', async () => {
    const { first, second } = await fixture.rotatedOnce();
    expect(await fixture.refresh(first)).toMatchObject({
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
    expect(await fixture.refresh(refreshToken)).toEqual({
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
      const { first, second, sessionId } = await fixture.rotatedOnce();
      fixture.user = now;
      const refused = { kind: 'refused', reason, sessionId, userId: 'a' };
      expect(await fixture.refresh(first)).toEqual(refused);
      expect(await fixture.refresh(second)).toEqual(refused);
      fixture.clock.advance(SETTLE);
      expect(await fixture.refresh(second)).toEqual(refused);
    },
  );
});

describe('refresh: user look-up', () => {
  it('looks the user up once for each decision', async () => {
    const { first, second } = await fixture.rotatedOnce();
    for (const token of [first, second]) {
      fixture.asked = [];
      await fixture.refresh(token);
      expect(fixture.asked).toEqual([alice.id]);
    }
  });

  it('accepts several usernames if one of them belongs to the refresh token', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    expect(await fixture.refresh(refreshToken, ['mallory', 'alice'])).toMatchObject({
      kind: 'refreshed',
      decision: 'rotate',
    });
    expect(fixture.asked).toEqual([alice.id]);
  });
});
