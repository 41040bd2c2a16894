import { describe, expect, it } from 'vitest';
import { alice, client, layerFixture } from '../testing/fixtures/layer-fixture.ts';

const fixture = layerFixture();

const SETTLE = 120;

describe('refresh: usernames of other tokens', () => {
  it.each([[['mallory', 'eve']], [['Alice']], [['alice ', '']]])(
    'refuses a refresh token without any look-up if all usernames are foreign: %j',
    async (usernames) => {
      const { refreshToken, sessionId } = await fixture.layer.issue(alice, client);
      const before = await fixture.store.find(sessionId);
      expect(await fixture.refresh(refreshToken, usernames)).toMatchObject({
        reason: 'refresh_token_invalid',
        sessionId: null,
      });
      expect([fixture.asked, await fixture.store.find(sessionId)]).toEqual([[], before]);
    },
  );

  it('tries only the first eight usernames of a request', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const others = Array.from({ length: 8 }, (_, n) => `x${n}`);
    expect(await fixture.refresh(refreshToken, [...others, 'alice'])).toMatchObject({
      kind: 'refused',
    });
    expect(await fixture.refresh(refreshToken, [...others.slice(1), 'alice'])).toMatchObject({
      kind: 'refreshed',
    });
  });
});

describe('refresh: renamed users', () => {
  const grantOf = (outcome: Awaited<ReturnType<typeof fixture.refresh>>) => {
    if (outcome.kind === 'refused') throw new Error(outcome.reason);
    return outcome.grant;
  };

  it('accepts a former username in the cookie, and sets the new one at a rotation', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    fixture.user = { ...alice, username: 'alicia' };
    const second = grantOf(await fixture.refresh(refreshToken, ['alice']));
    expect([second.username, second.principal.username]).toEqual(['alicia', 'alicia']);
    fixture.clock.advance(SETTLE);
    expect(await fixture.refresh(second.refreshToken, ['alice'])).toMatchObject({
      kind: 'refused',
    });
    expect(await fixture.refresh(second.refreshToken, ['alicia'])).toMatchObject({
      decision: 'rotate',
    });
  });

  it('delivers one successor with each username that the user has had since', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const lost = grantOf(await fixture.refresh(refreshToken, ['alice']));
    fixture.user = { ...alice, username: 'alicia' };
    const tab = grantOf(await fixture.refresh(refreshToken, ['alice']));
    fixture.user = { ...alice, username: 'alison' };
    const again = grantOf(await fixture.refresh(refreshToken, ['alice']));
    expect([lost, tab, again].map(({ username }) => username)).toEqual([
      'alice',
      'alicia',
      'alison',
    ]);
    for (const { refreshToken: token, username } of [lost, tab, again])
      expect(await fixture.refresh(token, [username])).toMatchObject({ decision: 'reissue' });
    expect(await fixture.refresh(tab.refreshToken, ['alison'])).toMatchObject({ kind: 'refused' });
  });

  it("keeps two users' sessions apart when one takes over a former name of the other", async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    fixture.user = { ...alice, username: 'alicia' };
    const other = await fixture.layer.issue({ ...alice, id: 'other' }, client);
    expect(grantOf(await fixture.refresh(refreshToken, ['alice']))).toMatchObject({
      principal: { userId: alice.id },
    });
    expect(await fixture.refresh(other.refreshToken, ['alice'])).toMatchObject({
      reason: 'user_gone',
    });
  });
});
