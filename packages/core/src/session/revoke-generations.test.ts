import { describe, expect, it } from 'vitest';
import { alice, client, layerFixture } from '../testing/fixtures/layer-fixture.ts';
import { memorySessionStore } from './memory-session-store.ts';

const fixture = layerFixture();

const tokenOf = (outcome: Awaited<ReturnType<typeof fixture.refresh>>) =>
  outcome.kind === 'refreshed' ? outcome.grant.refreshToken : outcome.reason;

describe('revokePresentedSessions: one token', () => {
  it.each([
    ['the current token', 1, true],
    ['the previous token', 0, true],
    ['an older token', -1, false],
  ])(
    'signing out with %s (generation %i) revokes its session: %s',
    async (_title, generation, ends) => {
      const first = await fixture.layer.issue(alice, client);
      const tokens = [first.refreshToken ?? ''];
      for (let n = 0; n < (generation < 0 ? 2 : 1); n++) {
        tokens.push(tokenOf(await fixture.refresh(tokens.at(-1) ?? '')) ?? '');
        fixture.clock.advance(600);
      }
      await fixture.layer.revokePresentedSessions(
        { refreshTokens: [tokens.at(generation === 1 ? -1 : 0) ?? ''], usernames: ['alice'] },
        'signed_out',
        client,
      );
      expect((await fixture.store.find(first.sessionId))?.revokedAt !== null).toBe(ends);
    },
  );

  it('signing out revokes the session of a token that is ahead of the store', async () => {
    const first = await fixture.layer.issue(alice, client);
    const backup = await fixture.store.find(first.sessionId);
    const ahead = tokenOf(await fixture.refresh(first.refreshToken));
    Object.assign(fixture.store, memorySessionStore());
    if (backup) await fixture.store.create(backup);
    await fixture.layer.revokePresentedSessions(
      { refreshTokens: [ahead ?? ''], usernames: ['alice'] },
      'signed_out',
      client,
    );
    expect((await fixture.store.find(first.sessionId))?.revokedReason).toBe('signed_out');
  });
});

describe('revokePresentedSessions after an adoption from far ahead', () => {
  it.each([
    [-1, 'signed_out'],
    [-2, null],
  ])(
    'after an adoption, signing out with a token %i generations from the current one revokes with %s',
    async (behind, reason) => {
      const first = await fixture.layer.issue(alice, client);
      const backup = await fixture.store.find(first.sessionId);
      const tokens = [first.refreshToken];
      for (let generation = 1; generation <= 3; generation++) {
        tokens.push(tokenOf(await fixture.refresh(tokens.at(-1) ?? '')));
        fixture.clock.advance(600);
      }
      Object.assign(fixture.store, memorySessionStore());
      if (backup) await fixture.store.create(backup);
      expect(await fixture.refresh(tokens.at(-1) ?? '')).toMatchObject({ decision: 'recover' });
      await fixture.layer.revokePresentedSessions(
        { refreshTokens: [tokens.at(behind - 1) ?? ''], usernames: ['alice'] },
        'signed_out',
        client,
      );
      expect((await fixture.store.find(first.sessionId))?.revokedReason).toBe(reason);
    },
  );
});
