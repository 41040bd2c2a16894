import type { ApiOutputs } from '../../lib/trpc.ts';

export type SecurityEvent = ApiOutputs['account']['securityEvents']['events'][number];

/** Why a session ended. */
const ENDS: Readonly<Record<string, string>> = {
  signed_out: 'Session ended: signed out',
  replaced: 'Session ended: replaced by a new sign-in in the same browser',
  reuse: 'Session ended: a used-up sign-in token was presented',
  administrator: 'Session ended by an administrator',
  user_request: 'Session ended: signed out from another of your browsers',
  password_changed: 'Session ended: the password was changed',
  role_changed: 'Session ended: the role was changed',
  user_disabled: 'Session ended: the account was disabled',
  user_removed: 'Session ended: the account was removed',
};

/** Why somebody could not sign in. */
const SIGN_IN_REFUSALS: Readonly<Record<string, string>> = {
  wrong_password: 'wrong password',
  user_disabled: 'the account is disabled',
};

/** Why a browser that held cookies could not go on. */
const REFRESH_REFUSALS: Readonly<Record<string, string>> = {
  refresh_token_invalid: 'its sign-in token was not genuine',
  username_mismatch: 'its sign-in token belonged to another name',
  session_unknown: 'its session was not known',
  session_expired: 'its session had run out',
  session_revoked: 'its session had ended',
  user_gone: 'the account was disabled or gone',
  token_version: 'the account had changed since it signed in',
};

const SENTENCES: Readonly<Record<string, (event: SecurityEvent) => string>> = {
  'session.issued': () => 'Signed in',
  'session.reauthenticated': () => 'Password given again, to go on with something that needs it',
  'session.revoked': ({ reason }) => ENDS[reason ?? ''] ?? 'Session ended',
  'session.reuse': ({ details }) => `A used-up sign-in token was presented, which can mean that somebody copied it: ${describeEnded(details.endedSessionIds)}`,
  'session.shared': () => 'The same sign-in token came from two browsers or networks at once',
  'session.recovered': () => 'A session went on from what its browser held, after the server had lost a write',
  'sign_in.refused': ({ reason }) => `Sign-in refused: ${SIGN_IN_REFUSALS[reason ?? ''] ?? 'no match'}`,
  'refresh.refused': ({ reason }) => `A browser was turned away: ${REFRESH_REFUSALS[reason ?? ''] ?? 'its session did not stand'}`,
  'user.created': (event) => (isByOther(event) ? 'Account created by an administrator' : 'Account created'),
  'user.disabled': () => 'Account disabled by an administrator',
  'user.enabled': () => 'Account enabled by an administrator',
  'user.removed': () => 'Account removed',
  'role.changed': ({ details: { from, to } }) => `Role changed from ${from} to ${to} by an administrator`,
  'password.changed': (event) => (isByOther(event) ? 'Password changed by an administrator' : 'Password changed'),
  'password.refused': () => 'A wrong password was given where it was asked for again',
  'audit.exported': () => 'The audit log was taken out as a file',
  'keys.rolled_over': () => 'A new key was made',
  'keys.removed': () => 'A key was taken out early: what it signed does not hold any more',
};

/** What happened, in plain words. */
export function describeEvent(event: SecurityEvent): string {
  return SENTENCES[event.kind]?.(event) ?? `Something else happened (${event.kind})`;
}

/** Whether somebody else did it: then browser and address are theirs, and nobody else's business. */
export function isByOther({ actorId, userId }: Pick<SecurityEvent, 'actorId' | 'userId'>): boolean {
  return actorId !== null && actorId !== userId;
}

const SEVERITIES: Readonly<Record<string, 'warning' | 'alarm'>> = {
  'session.reuse': 'alarm',
  'session.shared': 'warning',
  'sign_in.refused': 'warning',
  'password.refused': 'warning',
  'refresh.refused': 'warning',
};

/** How much an event deserves a second look. */
export function severityOf({ kind }: Pick<SecurityEvent, 'kind'>): 'usual' | 'warning' | 'alarm' {
  return SEVERITIES[kind] ?? 'usual';
}

function describeEnded(endedSessionIds: unknown): string {
  return Array.isArray(endedSessionIds) && endedSessionIds.length === 1 ? 'the session was ended' : 'all sessions were ended';
}
