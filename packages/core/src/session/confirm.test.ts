import { beforeEach, describe, expect, it } from 'vitest';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import { createSessionLayer, type SessionLayer } from '../session-layer.ts';
import { settableClock } from '../testing/index.ts';
import type { Principal } from '../token/principal.ts';
import { memorySessionStore } from './memory-session-store.ts';
import type { SessionStore } from './session-store.ts';
import type { User } from './user.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const alice: User = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

let clock: ReturnType<typeof settableClock>;
let store: SessionStore;
let user: User | null;
let layer: SessionLayer;
let principal: Principal;
beforeEach(async () => {
  clock = settableClock();
  store = memorySessionStore();
  user = alice;
  const users = {
    findUser: async (id: string) => (id === alice.id ? user : null),
  };
  layer = createSessionLayer({
    ring,
    store,
    clock,
    users,
    options: { idleSeconds: 1000, maxSeconds: 1000 },
  });
  const { accessToken } = await layer.issue(alice, client);
  const authentication = layer.authenticate([accessToken], clock.now());
  if (authentication.kind === 'anonymous') throw new Error(authentication.reason);
  principal = authentication.principal;
});

describe('confirm', () => {
  it('confirm returns the current user and the seconds since they authenticated', async () => {
    user = { ...alice, role: 'Admin' };
    clock.advance(2.5);
    expect(await layer.confirm(principal)).toEqual({
      kind: 'confirmed',
      user,
      authenticatedSecondsAgo: 2.5,
    });
  });

  it.each<[string, User | null, string]>([
    ['was removed', null, 'user_gone'],
    ['is disabled', { ...alice, disabled: true }, 'user_gone'],
    ['has another id', { ...alice, id: 'b' }, 'user_gone'],
    ['has a raised token version', { ...alice, tokenVersion: 1 }, 'token_version'],
  ])('confirm refuses a user who %s', async (_title, now, reason) => {
    user = now;
    expect(await layer.confirm(principal)).toEqual({ kind: 'refused', reason });
  });

  it.each([
    [999.999, 'confirmed'],
    [1000, 'session_expired'],
  ])('confirm returns, %f s after a sign-in for 1000 s, %s', async (age, outcome) => {
    clock.advance(age);
    const confirmation = await layer.confirm(principal);
    expect(confirmation.kind === 'refused' ? confirmation.reason : confirmation.kind).toBe(outcome);
  });

  it('confirm accepts a user who was renamed', async () => {
    user = { ...alice, username: 'alicia' };
    expect(await layer.confirm(principal)).toMatchObject({ kind: 'confirmed', user });
  });

  it('confirm refuses a session that was revoked, is unknown, or belongs to another user', async () => {
    expect(await layer.confirm({ ...principal, userId: 'b' })).toEqual({
      kind: 'refused',
      reason: 'user_gone',
    });
    await layer.revoke(principal.sessionId, 'signed_out');
    expect(await layer.confirm(principal)).toEqual({ kind: 'refused', reason: 'session_revoked' });
    expect(await layer.confirm({ ...principal, sessionId: 'unknown' })).toEqual({
      kind: 'refused',
      reason: 'session_unknown',
    });
    user = null;
    expect(await layer.confirm({ ...principal, sessionId: 'unknown' })).toEqual({
      kind: 'refused',
      reason: 'session_unknown',
    });
  });
});
