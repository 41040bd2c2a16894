import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../errors.ts';
import { alice, client, layerFixture } from '../testing/fixtures/layer-fixture.ts';
import { memorySessionStore } from './memory-session-store.ts';
import type { SessionStore } from './session-store.ts';

const fixture = layerFixture();

const tokenOf = (outcome: Awaited<ReturnType<typeof fixture.refresh>>) =>
  outcome.kind === 'refreshed' ? outcome.grant.refreshToken : outcome.reason;

/** Replaces a method of the store by a changed one. */
function intercept<Verb extends keyof SessionStore>(
  verb: Verb,
  change: (real: SessionStore[Verb]) => SessionStore[Verb],
): void {
  fixture.store[verb] = change(fixture.store[verb].bind(fixture.store) as SessionStore[Verb]);
}

describe('refresh: races', () => {
  it('rotates once for 64 concurrent refreshes with one token; the others converge', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, () => fixture.refresh(refreshToken)),
    );
    expect(
      outcomes.filter((outcome) => outcome.kind === 'refreshed' && outcome.decision === 'rotate'),
    ).toHaveLength(1);
    expect(new Set(outcomes.map(tokenOf)).size).toBe(1);
  });

  it('refuses 64 concurrent refreshes with a reused token, and emits one event', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const second = tokenOf(await fixture.refresh(refreshToken));
    fixture.clock.advance(600);
    await fixture.refresh(second);
    fixture.clock.advance(600);
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, () => fixture.refresh(refreshToken)),
    );
    expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['refused']));
    expect(fixture.events.filter((event) => event.kind === 'session.reuse')).toHaveLength(1);
  });

  it('decides again if the session has rotated before a delivery is recorded', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const second = tokenOf(await fixture.refresh(refreshToken));
    fixture.clock.advance(120);
    intercept('recordDelivery', (real) => async (...parameters) => {
      await fixture.refresh(second);
      return real(...parameters);
    });
    expect(await fixture.refresh(refreshToken)).toMatchObject({
      kind: 'refused',
      reason: 'refresh_token_reused',
    });
  });

  it('throws StoreUnavailableError after three lost rounds of a refresh, without a change', async () => {
    const { refreshToken, sessionId } = await fixture.layer.issue(alice, client);
    const before = await fixture.store.find(sessionId);
    let rounds = 0;
    intercept('rotate', () => async () => {
      rounds += 1;
      return { won: false, session: before };
    });
    await expect(fixture.refresh(refreshToken)).rejects.toThrow(StoreUnavailableError);
    expect(rounds).toBe(4);
    expect(await fixture.store.find(sessionId)).toEqual(before);
  });
});

describe('refresh: refused', () => {
  it('changes nothing for a refresh token with the username of another session', async () => {
    const { refreshToken, sessionId } = await fixture.layer.issue(alice, client);
    const before = await fixture.store.find(sessionId);
    fixture.clock.advance(600);
    for (const usernames of [['bob'], ['carol', '']]) {
      expect(
        await fixture.layer.refresh({ refreshTokens: [refreshToken ?? ''], usernames }, client),
      ).toMatchObject({ reason: 'refresh_token_invalid' });
      expect(await fixture.store.find(sessionId)).toEqual(before);
    }
  });
});

describe('refresh: several refresh tokens', () => {
  it('finds the valid refresh token among malformed ones', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const junk = Array.from({ length: 20 }, (_, n) => `lk2.${String(n).padStart(120, 'A')}`);
    const outcome = await fixture.layer.refresh(
      {
        refreshTokens: [...junk, refreshToken ?? ''],
        usernames: ['x', 'y', 'z', 'w', 'v', 'alice'],
      },
      client,
    );
    expect(outcome).toMatchObject({ kind: 'refreshed' });
  });

  it('tries the refresh tokens of up to four sessions', async () => {
    const tokens: string[] = [];
    for (let n = 0; n < 8; n++) {
      const { refreshToken, sessionId } = await fixture.layer.issue(alice, client);
      tokens.push(refreshToken ?? '');
      await fixture.layer.revoke(sessionId, 'signed_out');
    }
    let tried = 0;
    intercept('rotate', (real) => (...parameters) => {
      tried += 1;
      return real(...parameters);
    });
    await fixture.layer.refresh({ refreshTokens: tokens, usernames: ['alice'] }, client);
    expect(tried).toBe(4);
  });

  it('uses the valid refresh token beside a reused one, and revokes nothing', async () => {
    const stale = (await fixture.layer.issue(alice, client)).refreshToken;
    let moved = stale;
    for (let generation = 0; generation < 3; generation++) {
      moved = tokenOf(await fixture.refresh(moved));
      fixture.clock.advance(600);
    }
    const fresh = await fixture.layer.issue(alice, client);
    const both = [stale ?? '', fresh.refreshToken ?? ''];
    expect(
      await fixture.layer.refresh({ refreshTokens: both, usernames: ['alice'] }, client),
    ).toMatchObject({ kind: 'refreshed' });
    expect(
      await fixture.layer.refresh(
        { refreshTokens: both.toReversed(), usernames: ['alice'] },
        client,
      ),
    ).toMatchObject({ kind: 'refreshed' });
    expect(fixture.events.filter((event) => event.kind === 'session.reuse')).toEqual([]);
    expect(await fixture.refresh(stale)).toMatchObject({ reason: 'refresh_token_reused' });
  });
});

describe('refresh: repeated delivery', () => {
  it.each([
    [client, 0],
    [{ ...client, ipAddress: '10.0.0.1' }, 1],
    [{ ...client, userAgent: 'another' }, 1],
  ])('reports the repeated delivery to %o as shared %i times', async (other, times) => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    await fixture.refresh(refreshToken);
    await fixture.layer.refresh(
      { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
      other,
    );
    expect(fixture.events.filter((event) => event.kind === 'session.shared')).toHaveLength(times);
  });
});

describe('refresh: a token ahead of the store', () => {
  it("recovers with a token ahead of the store, even just after a delivery of the store's own", async () => {
    const first = await fixture.layer.issue(alice, client);
    const second = tokenOf(await fixture.refresh(first.refreshToken));
    const backup = await fixture.store.find(first.sessionId);
    fixture.clock.advance(600);
    const third = tokenOf(await fixture.refresh(second));
    Object.assign(fixture.store, memorySessionStore());
    if (backup) await fixture.store.create({ ...backup, deliveredAt: fixture.clock.now() });
    expect(await fixture.refresh(third)).toMatchObject({
      kind: 'refreshed',
      decision: 'recover',
      grant: { generation: 2 },
    });
  });
});

describe('refresh: an unreadable sealed successor', () => {
  it('throws StoreUnavailableError for an unreadable successor, and revokes nothing', async () => {
    const { refreshToken, sessionId } = await fixture.layer.issue(alice, client);
    await fixture.refresh(refreshToken);
    intercept('rotate', (real) => async (match, next) => {
      const result = await real(match, next);
      return result.won || !result.session
        ? result
        : { won: false, session: { ...result.session, sealedSuccessor: 'damaged' } };
    });
    await expect(fixture.refresh(refreshToken)).rejects.toThrow(/cannot be opened/);
    expect((await fixture.store.find(sessionId))?.revokedAt).toBeNull();
  });
});
