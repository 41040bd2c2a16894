import { REVOCATION_REASONS } from '@latchkey/core';
import { AUDIT_KINDS } from '@latchkey/server/audit-events';
import { describe, expect, it } from 'vitest';
import { describeEvent, isByOther, type SecurityEvent, severityOf } from './describe-event.ts';

const event = (kind: string, change: Partial<SecurityEvent> = {}): SecurityEvent => ({
  id: 1,
  at: 0,
  kind,
  actorId: 'u1',
  userId: 'u1',
  sessionId: null,
  reason: null,
  ipAddress: null,
  browser: null,
  system: null,
  details: {},
  sealed: false,
  ...change,
});

describe('describeEvent', () => {
  it.each([
    [event('session.issued'), 'Signed in'],
    [event('session.revoked', { reason: 'signed_out' }), 'Session ended: signed out'],
    [
      event('session.revoked', { reason: 'administrator', actorId: 'u2' }),
      'Session ended by an administrator',
    ],
    [
      event('sign_in.refused', { reason: 'wrong_password', actorId: null }),
      'Sign-in refused: wrong password',
    ],
    [
      event('refresh.refused', { reason: 'session_expired', actorId: null }),
      'Refresh refused: the session had expired',
    ],
    [event('password.changed'), 'Password changed'],
    [event('user.created'), 'Account created'],
    [event('user.created', { actorId: 'u2' }), 'Account created by an administrator'],
    [
      event('role.changed', { actorId: 'u2', details: { from: 'User', to: 'Admin' } }),
      'Role changed from User to Admin by an administrator',
    ],
  ])('describeEvent describes $kind ($reason)', (given, sentence) => {
    expect(describeEvent(given)).toBe(sentence);
  });

  it('describeEvent tells whether a reuse ended one session or all', () => {
    const reuse = (endedSessionIds: string[]) =>
      describeEvent(event('session.reuse', { actorId: null, details: { endedSessionIds } }));
    expect(reuse(['a'])).toMatch(/: the session was ended$/);
    expect(reuse(['a', 'b'])).toMatch(/: all sessions were ended$/);
  });

  it.each(AUDIT_KINDS)('describeEvent describes the kind %s', (kind) => {
    expect(describeEvent(event(kind))).not.toContain(kind);
  });

  it.each(REVOCATION_REASONS)('describeEvent describes the revocation reason %s', (reason) => {
    expect(describeEvent(event('session.revoked', { reason }))).not.toBe('Session ended');
  });

  it('describeEvent names an unknown kind of event', () => {
    expect(describeEvent(event('constructor.odd'))).toBe('Other event (constructor.odd)');
  });
});

it('isByOther is true if an administrator caused the event, not if the actor is unknown', () => {
  expect(isByOther(event('password.changed'))).toBe(false);
  expect(isByOther(event('sign_in.refused', { actorId: null }))).toBe(false);
  expect(isByOther(event('role.changed', { actorId: 'u2' }))).toBe(true);
});

it('severityOf rates a reuse as an alarm and a sign-in as usual', () => {
  expect(
    ['session.reuse', 'sign_in.refused', 'session.issued'].map((kind) => severityOf({ kind })),
  ).toEqual(['alarm', 'warning', 'usual']);
});
