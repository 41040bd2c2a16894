import * as events from '#messages/events.ts';
import type { ApiOutputs } from '../../lib/trpc.ts';

export type SecurityEvent = ApiOutputs['account']['securityEvents']['events'][number];

/** The sentence for each reason for which a session was revoked. */
const ENDED: Readonly<Record<string, string>> = {
  signed_out: events.endedSignedOut,
  replaced: events.endedReplaced,
  reuse: events.endedReuse,
  administrator: events.endedByAdministrator,
  user_request: events.endedElsewhere,
  password_changed: events.endedPasswordChanged,
  role_changed: events.endedRoleChanged,
  user_disabled: events.endedUserDisabled,
  user_removed: events.endedUserRemoved,
  session_limit: events.endedSessionLimit,
};

/** The sentence for each reason for which a sign-in was refused. */
const SIGN_IN_REFUSALS: Readonly<Record<string, string>> = {
  wrong_password: events.wrongPassword,
  user_disabled: events.accountDisabled,
  one_time_password_spent: events.oneTimePasswordSpent,
};

/** The sentence for each reason for which a refresh was refused. */
const REFRESH_REFUSALS: Readonly<Record<string, string>> = {
  refresh_token_invalid: events.tokenInvalid,
  session_unknown: events.sessionUnknown,
  session_expired: events.sessionExpired,
  session_revoked: events.sessionRevoked,
  user_gone: events.userGone,
  token_version: events.tokenVersion,
};

const DESCRIPTIONS: Readonly<Record<string, (event: SecurityEvent) => string>> = {
  'session.issued': () => events.signedIn,
  'session.reauthenticated': () => events.reauthenticated,
  'session.revoked': ({ reason }) => ENDED[reason ?? ''] ?? events.ended,
  'session.reuse': ({ details }) => events.reuse(describeEnded(details.endedSessionIds)),
  'session.shared': () => events.shared,
  'session.recovered': () => events.recovered,
  'sign_in.refused': ({ reason }) =>
    events.signInRefused(SIGN_IN_REFUSALS[reason ?? ''] ?? events.noMatch),
  'refresh.refused': ({ reason }) =>
    events.refreshRefused(REFRESH_REFUSALS[reason ?? ''] ?? events.noSession),
  'user.created': (event) => (isByOther(event) ? events.createdByAdministrator : events.created),
  'user.disabled': () => events.disabled,
  'user.enabled': () => events.enabled,
  'user.rescued': () => events.rescued,
  'user.removed': () => events.removed,
  'role.changed': ({ details: { from, to } }) => events.roleChanged(String(from), String(to)),
  'password.changed': (event) =>
    isByOther(event) ? events.passwordChangedByAdministrator : events.passwordChanged,
  'password.refused': () => events.passwordRefused,
  'audit.exported': () => events.auditExported,
  'audit.pruned': () => events.auditPruned,
  'keys.rotated': () => events.keyRotated,
  'keys.removed': () => events.keyRevoked,
};

/** Describes a security event for users. */
export function describeEvent(event: SecurityEvent): string {
  return DESCRIPTIONS[event.kind]?.(event) ?? events.other(event.kind);
}

/** Whether another user caused the event: that user's browser and address are private. */
export function isByOther({ actorId, userId }: Pick<SecurityEvent, 'actorId' | 'userId'>): boolean {
  return actorId !== null && actorId !== userId;
}

const SEVERITIES: Readonly<Record<string, 'warning' | 'alarm'>> = {
  'session.reuse': 'alarm',
  'session.shared': 'warning',
  'sign_in.refused': 'warning',
  'password.refused': 'warning',
  'refresh.refused': 'warning',
  'user.rescued': 'warning',
};

/** Returns how much attention an event deserves. */
export function severityOf({ kind }: Pick<SecurityEvent, 'kind'>): 'usual' | 'warning' | 'alarm' {
  return SEVERITIES[kind] ?? 'usual';
}

function describeEnded(endedSessionIds: unknown): string {
  return Array.isArray(endedSessionIds) && endedSessionIds.length === 1
    ? events.reuseEndedOne
    : events.reuseEndedAll;
}
