import { describe, expect, it } from 'vitest';
import { createSessionLayer } from '../session-layer.ts';
import { alice, client, layerFixture, ring } from '../testing/fixtures/layer-fixture.ts';
import type { Grant } from './grant.ts';

const fixture = layerFixture();

const users = { findUser: async () => alice };
const issue = () => fixture.layer.issue(alice, client);

const refresh = (...refreshTokens: string[]) =>
  fixture.layer.refresh({ refreshTokens, usernames: ['alice'] }, client);

async function rotated(grant: Grant): Promise<Grant> {
  const outcome = await refresh(grant.refreshToken ?? '');
  if (outcome.kind === 'refused') throw new Error(outcome.reason);
  return outcome.grant;
}

describe('refresh', () => {
  const refused = (reason: string) => ({ kind: 'refused', reason, sessionId: null, userId: null });

  it('refuses to refresh without refresh token, username, or authentic token', async () => {
    const { refreshToken } = await issue();
    expect(await refresh()).toEqual(refused('refresh_token_missing'));
    expect(await fixture.layer.refresh({ refreshTokens: [], usernames: [] }, client)).toEqual(
      refused('refresh_token_missing'),
    );
    expect(
      await fixture.layer.refresh({ refreshTokens: [refreshToken ?? ''], usernames: [] }, client),
    ).toEqual(refused('username_missing'));
    expect(await refresh('junk', `lk1.${'A'.repeat(92)}`)).toEqual(
      refused('refresh_token_invalid'),
    );
  });

  it('uses the newest refresh token of a session; an old one beside it is not reuse', async () => {
    const first = await issue();
    let latest = first;
    const tokens = [first.refreshToken ?? ''];
    for (const _ of [1, 2]) {
      fixture.clock.advance(600);
      latest = await rotated(latest);
      tokens.push(latest.refreshToken ?? '');
    }
    fixture.clock.advance(600);
    expect(await refresh(...tokens)).toMatchObject({
      kind: 'refreshed',
      decision: 'rotate',
      grant: { generation: 3 },
    });
    expect((await fixture.store.find(first.sessionId))?.revokedAt).toBeNull();
  });

  it('finds the valid refresh token beside many tokens of a session that has ended', async () => {
    const first = await issue();
    let latest = first;
    const tokens = [first.refreshToken ?? ''];
    for (const _ of [1, 2, 3]) {
      fixture.clock.advance(600);
      latest = await rotated(latest);
      tokens.push(latest.refreshToken ?? '');
    }
    await fixture.layer.revoke(first.sessionId, 'signed_out');
    const good = await issue();
    expect(await refresh(...tokens, good.refreshToken ?? '')).toMatchObject({
      kind: 'refreshed',
      grant: { sessionId: good.sessionId },
    });
  });

  it('reports session and user of the last refresh token if none is valid', async () => {
    const [one, two] = [await issue(), await issue()];
    for (const { sessionId } of [one, two]) await fixture.layer.revoke(sessionId, 'signed_out');
    const outcome = await refresh(one.refreshToken ?? '', two.refreshToken ?? '', 'junk');
    expect(outcome).toEqual({
      kind: 'refused',
      reason: 'session_revoked',
      sessionId: two.sessionId,
      userId: 'a',
    });
  });

  it('revokes both sessions of two reused refresh tokens', async () => {
    const old: Grant[] = [await issue(), await issue()];
    const dead = await issue();
    let latest = old;
    for (const _ of [1, 2]) {
      fixture.clock.advance(600);
      latest = await Promise.all(latest.map(rotated));
    }
    await fixture.layer.revoke(dead.sessionId, 'signed_out');
    const sessionOnly = createSessionLayer({
      ring,
      store: fixture.store,
      clock: fixture.clock,
      users,
      options: { onReuse: 'session' },
    });
    const refreshTokens = [...old, dead].map(({ refreshToken }) => refreshToken ?? '');
    const outcome = await sessionOnly.refresh({ refreshTokens, usernames: ['alice'] }, client);
    expect(outcome).toEqual({
      kind: 'refused',
      reason: 'refresh_token_reused',
      sessionId: old[1]?.sessionId,
      userId: 'a',
    });
    const reasons = await Promise.all(
      old.map(async ({ sessionId }) => (await fixture.store.find(sessionId))?.revokedReason),
    );
    expect(reasons).toEqual(['reuse', 'reuse']);
  });
});

describe('refresh, given tokens of several users', () => {
  it('refuses refresh tokens of several users without asking the store, and revokes nothing', async () => {
    const [one, two] = [await issue(), await fixture.layer.issue({ ...alice, id: 'b' }, client)];
    const before = [
      await fixture.store.find(one.sessionId),
      await fixture.store.find(two.sessionId),
    ];
    const asked: string[] = [];
    const watching = createSessionLayer({
      ring,
      clock: fixture.clock,
      users,
      store: new Proxy(fixture.store, {
        get(target, verb, receiver) {
          asked.push(String(verb));
          return Reflect.get(target, verb, receiver);
        },
      }),
    });
    asked.length = 0;
    const refreshTokens = [one.refreshToken ?? '', two.refreshToken ?? ''];
    expect(await watching.refresh({ refreshTokens, usernames: ['alice'] }, client)).toEqual({
      kind: 'refused',
      reason: 'ambiguous_session',
      sessionId: null,
      userId: null,
    });
    expect(asked).toEqual([]);
    expect([
      await fixture.store.find(one.sessionId),
      await fixture.store.find(two.sessionId),
    ]).toEqual(before);
  });
});
