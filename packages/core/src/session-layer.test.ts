import { describe, expect, it } from 'vitest';
import { OptionsError } from './lib/options-error.ts';
import type { Grant } from './session/grant.ts';
import { memorySessionStore } from './session/memory-session-store.ts';
import { createSessionLayer } from './session-layer.ts';
import { alice, client, layerFixture, ring } from './testing/fixtures/layer-fixture.ts';

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

const principalOf = (...accessTokens: string[]) => {
  const authentication = fixture.layer.authenticate(accessTokens, fixture.clock.now());
  return authentication.kind === 'authenticated' ? authentication.principal : authentication.reason;
};

describe('createSessionLayer', () => {
  it('names each method that a store, a feed or another port lacks, and an unknown option', () => {
    const { purge: _purge, rotate: _rotate, ...store } = memorySessionStore();
    const given = {
      ring,
      store,
      clock: fixture.clock,
      users: undefined,
      feed: { publish: async () => {} },
      storage: store,
    };
    const refused = () => createSessionLayer(given as never);
    expect(refused).toThrow(OptionsError);
    expect(refused).toThrow(/^storage = "object": is not an option: leave it out, or write one of/);
    for (const method of ['store.rotate', 'store.purge', 'users.findUser', 'feed.subscribe'])
      expect(refused).toThrow(
        `\n${method} = undefined: must be a function: ${method.split('.')[0]} needs`,
      );
    expect(refused).not.toThrow(/store\.find |feed\.publish |auditLog\./);
  });

  it('createSessionLayer rejects invalid options, and exposes valid ones with all defaults', () => {
    expect(() =>
      createSessionLayer({
        ring,
        store: fixture.store,
        clock: fixture.clock,
        users,
        options: { accessTokenSeconds: 0 },
      }),
    ).toThrow(OptionsError);
    expect([fixture.layer.options.accessTokenSeconds, fixture.layer.clock.now()]).toEqual([
      600,
      fixture.clock.now(),
    ]);
  });

  it('lists the live sessions of a user, the newest sign-in first', async () => {
    const [one, two] = [await issue(), await issue()];
    fixture.clock.advance(1);
    const three = await issue();
    await fixture.layer.revoke(one.sessionId, 'signed_out');
    await fixture.layer.issue({ ...alice, id: 'b' }, client);
    fixture.clock.advance(600);
    await rotated(two);
    const ids = async () => (await fixture.layer.sessionsOf('a')).sessions.map(({ id }) => id);
    expect(await ids()).toEqual([three.sessionId, two.sessionId]);
    fixture.clock.advance(604_800 - 600);
    expect(await ids()).toEqual([two.sessionId]);
  });

  it('finds a live session of a user, and none that ended or belongs to another user', async () => {
    const [one, over] = [await issue(), await issue()];
    const foreign = await fixture.layer.issue({ ...alice, id: 'b' }, client);
    await fixture.layer.revoke(over.sessionId, 'signed_out');
    expect(await fixture.layer.sessionOf('a', one.sessionId)).toMatchObject({ id: one.sessionId });
    for (const { sessionId } of [over, foreign, { sessionId: 'unknown' }])
      expect(await fixture.layer.sessionOf('a', sessionId)).toBeNull();
    fixture.clock.advance(604_800);
    expect(await fixture.layer.sessionOf('a', one.sessionId)).toBeNull();
  });

  it('creates CSRF tokens that verify for their binding only', () => {
    const token = fixture.layer.csrfToken('session');
    expect(
      [token, token, 'junk'].map((of, n) =>
        fixture.layer.isCsrfToken(of, ['session', 'other', 'session'][n] ?? ''),
      ),
    ).toEqual([true, false, false]);
  });

  it('writes pending acknowledgements on close, and then receives no notices', async () => {
    const [waiting, later] = [await issue(), await issue()];
    fixture.layer.authenticate([waiting.accessToken], fixture.clock.now());
    await fixture.layer.close();
    expect((await fixture.store.find(waiting.sessionId))?.acknowledgedAt).toBe(fixture.clock.now());
    await createSessionLayer({ ring, store: fixture.store, clock: fixture.clock, users }).revoke(
      later.sessionId,
      'signed_out',
    );
    expect(principalOf(later.accessToken)).toMatchObject({ sessionId: later.sessionId });
  });
});
