import { describe, expect, it } from 'vitest';
import { SYSTEM } from '../audit/client.ts';
import {
  createSessionLayer,
  type LayerEvent,
  memorySessionStore,
  type Principal,
  type User,
} from '../index.ts';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import { settableClock } from '../testing/index.ts';

const CAROL: User = { id: 'c', username: 'carol', role: 'User', tokenVersion: 0, disabled: false };
const HERE = { userAgent: 'here', ipAddress: '192.0.2.1' };

async function signedIn() {
  const clock = settableClock();
  const events: LayerEvent[] = [];
  const store = memorySessionStore();
  const ring = deriveKeyRing([
    Buffer.from('the secret of these tests, number 1').toString('base64url'),
  ]);
  const users = { findUser: async () => CAROL };
  const layer = createSessionLayer({
    ring,
    store,
    users,
    clock,
    onEvent: (event) => events.push(event),
  });
  const { accessToken } = await layer.issue(CAROL, HERE);
  const authentication = layer.authenticate([accessToken], clock.now());
  if (authentication.kind === 'anonymous') throw new Error(authentication.reason);
  const { principal } = authentication;
  const secondsAgo = async (of: Principal = principal) => {
    const confirmation = await layer.confirm(of);
    return confirmation.kind === 'confirmed'
      ? confirmation.authenticatedSecondsAgo
      : confirmation.reason;
  };
  return { clock, events, store, layer, principal, secondsAgo };
}

describe('reauthenticate', () => {
  it('reauthenticate moves the time of authentication, which was the time of the sign-in', async () => {
    const { clock, layer, principal, secondsAgo } = await signedIn();
    expect(await secondsAgo()).toBe(0);
    clock.advance(600.5);
    expect(await secondsAgo()).toBe(600.5);
    expect(await layer.reauthenticate(principal, HERE)).toBe(true);
    expect(await secondsAgo()).toBe(0);
    clock.advance(7);
    expect(await secondsAgo()).toBe(7);
  });

  it('emits session.reauthenticated, and starts no new session', async () => {
    const { clock, events, layer, principal } = await signedIn();
    events.length = 0;
    await layer.reauthenticate(principal, HERE);
    const { sessionId, userId } = principal;
    expect(events).toEqual([
      {
        kind: 'session.reauthenticated',
        at: clock.now(),
        actorId: userId,
        userId,
        sessionId,
        ...HERE,
      },
    ]);
    expect((await layer.sessionsOf(userId)).sessions).toHaveLength(1);
  });

  it('records no reauthentication of a session that has ended', async () => {
    const { events, layer, principal, secondsAgo } = await signedIn();
    await layer.revoke(principal.sessionId, 'signed_out', SYSTEM);
    events.length = 0;
    expect(await layer.reauthenticate(principal, HERE)).toBe(false);
    expect(events).toEqual([]);
    expect(await secondsAgo()).toBe('session_revoked');
  });
});
