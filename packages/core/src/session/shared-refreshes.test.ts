import { describe, expect, it, vi } from 'vitest';
import type { Client } from '../audit/client.ts';
import { StoreUnavailableError } from '../errors.ts';
import { alice, client, layerFixture } from '../testing/fixtures/layer-fixture.ts';
import type { RefreshOutcome } from './refresh-presented.ts';

const fixture = layerFixture();
const HERD = 20;
const turn = () => new Promise(setImmediate);

const herd = (token: string | null) =>
  Promise.all(Array.from({ length: HERD }, () => fixture.refresh(token)));

const refreshAs = (token: string | null, own: Client) =>
  fixture.layer.refresh({ refreshTokens: [token ?? ''], usernames: ['alice'] }, own);

/** How many outcomes have each decision, or reason of a refusal. */
function tally(outcomes: readonly RefreshOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const key = outcome.kind === 'refreshed' ? outcome.decision : outcome.reason;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** Counts the calls of the store from now on. */
function watchStore() {
  const calls: string[] = [];
  for (const verb of ['find', 'rotate', 'recordDelivery', 'acknowledge'] as const) {
    const real = fixture.store[verb].bind(fixture.store) as (...given: unknown[]) => unknown;
    fixture.store[verb] = ((...given: unknown[]) => {
      calls.push(verb);
      return real(...given);
    }) as never;
  }
  fixture.asked = [];
  return calls;
}

/** Holds the next rotation open after its write: `begun` resolves then, `end` lets it answer. */
function holdRotation() {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const real = fixture.store.rotate.bind(fixture.store);
  fixture.store.rotate = async (match, next) => {
    fixture.store.rotate = real;
    const result = await real(match, next);
    begun.resolve();
    await end.promise;
    return result;
  };
  return { begun: begun.promise, end: end.resolve, fail: end.reject };
}

describe('concurrent refreshes with one token', () => {
  it('ask the store and the users once: one rotates, the others converge on its successor', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const calls = watchStore();
    const outcomes = await herd(refreshToken);
    await fixture.layer.flush();
    expect(tally(outcomes)).toEqual({ rotate: 1, converge: HERD - 1 });
    expect(
      new Set(outcomes.map((one) => one.kind === 'refreshed' && one.grant.refreshToken)).size,
    ).toBe(1);
    expect(calls).toEqual(['rotate']);
    expect(fixture.asked).toEqual([alice.id]);
    expect(fixture.events.map(({ kind }) => kind)).toEqual(['session.issued']);
  });

  it('of the current token are each reissued, and acknowledge it in one batch', async () => {
    const { second } = await fixture.rotatedOnce();
    const calls = watchStore();
    expect(tally(await herd(second))).toEqual({ reissue: HERD });
    await fixture.layer.flush();
    expect(calls).toEqual(['rotate', 'acknowledge']);
  });

  it('record a repeated delivery once', async () => {
    const { first, sessionId } = await fixture.rotatedOnce();
    fixture.clock.advance(30);
    const calls = watchStore();
    expect(tally(await herd(first))).toEqual({ converge: HERD });
    expect(calls).toEqual(['rotate', 'recordDelivery']);
    expect((await fixture.store.find(sessionId))?.deliveredAt).toBe(fixture.clock.now());
  });

  it('compare the client of each caller with that of the one who rotated', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const others = ['10.0.0.1', '10.0.0.2'].map((ipAddress) => ({ ...client, ipAddress }));
    await Promise.all([client, client, ...others].map((own) => refreshAs(refreshToken, own)));
    expect(fixture.events.filter(({ kind }) => kind === 'session.shared')).toMatchObject(others);
  });

  it('do not share with those of another token of the session', async () => {
    const { first, second } = await fixture.rotatedOnce();
    const calls = watchStore();
    expect(tally(await Promise.all([fixture.refresh(first), fixture.refresh(second)]))).toEqual({
      converge: 1,
      reissue: 1,
    });
    expect(calls).toEqual(['rotate', 'rotate']);
  });

  it('are all refused if the user is gone, and all fail with the error of one outage', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const outage = new StoreUnavailableError('out');
    const rotation = vi.spyOn(fixture.store, 'rotate').mockRejectedValueOnce(outage);
    const calls = Array.from({ length: HERD }, () => fixture.refresh(refreshToken));
    for (const settled of await Promise.allSettled(calls))
      expect(settled).toEqual({ status: 'rejected', reason: outage });
    expect(rotation).toHaveBeenCalledTimes(1);
    fixture.user = null;
    expect(tally(await herd(refreshToken))).toEqual({ user_gone: HERD });
  });
});

describe('a refresh that comes while another with its token asks the store', () => {
  it('reads the record once for all who come, and converges', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const calls = watchStore();
    const held = holdRotation();
    const first = fixture.refresh(refreshToken);
    await held.begun;
    const late = herd(refreshToken);
    await turn();
    held.end();
    expect(tally([await first])).toEqual({ rotate: 1 });
    expect(tally(await late)).toEqual({ converge: HERD });
    expect(calls).toEqual(['rotate', 'find']);
    expect(fixture.asked).toEqual([alice.id, alice.id]);
  });

  it('is refused if the session was revoked before it came', async () => {
    const { refreshToken, sessionId } = await fixture.layer.issue(alice, client);
    const held = holdRotation();
    const first = fixture.refresh(refreshToken);
    await held.begun;
    await fixture.layer.revoke(sessionId, 'signed_out');
    const late = fixture.refresh(refreshToken);
    await turn();
    held.end();
    expect(tally([await first])).toEqual({ rotate: 1 });
    expect(tally([await late])).toEqual({ session_revoked: 1 });
  });

  it('shows a change of the user that was made before it came', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const held = holdRotation();
    const first = fixture.refresh(refreshToken);
    await held.begun;
    fixture.user = { ...alice, role: 'Admin' };
    const late = fixture.refresh(refreshToken);
    await turn();
    held.end();
    expect(await first).toMatchObject({ grant: { principal: { role: 'User' } } });
    expect(await late).toMatchObject({ grant: { principal: { role: 'Admin' } } });
  });

  it('sets no cookies if it has waited for a grace', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const held = holdRotation();
    const first = fixture.refresh(refreshToken);
    await held.begun;
    fixture.clock.advance(5);
    const late = fixture.refresh(refreshToken);
    await turn();
    fixture.clock.advance(29.999);
    held.end();
    const outcomes = await Promise.all([first, late]);
    const isTooLate = () =>
      outcomes.map((one) => one.kind === 'refreshed' && fixture.layer.isTooLateToSet(one.grant));
    expect(isTooLate()).toEqual([true, false]);
    fixture.clock.advance(0.001);
    expect(isTooLate()).toEqual([true, true]);
  });

  it('fails with the error of an outage, and does not ask the store itself', async () => {
    const { refreshToken } = await fixture.layer.issue(alice, client);
    const held = holdRotation();
    const first = fixture.refresh(refreshToken);
    await held.begun;
    const calls = watchStore();
    const late = fixture.refresh(refreshToken);
    const outage = new StoreUnavailableError('out');
    await turn();
    held.fail(outage);
    await expect(first).rejects.toBe(outage);
    await expect(late).rejects.toBe(outage);
    expect(calls).toEqual([]);
    expect(tally([await fixture.refresh(refreshToken)])).toEqual({ converge: 1 });
  });
});
