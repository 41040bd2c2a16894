import * as messages from '#messages/events.ts';
import type { ApiOutputs } from '../../lib/trpc.ts';

export type SecurityEvent = ApiOutputs['account']['securityEvents']['events'][number];

/** Why a session ended. */
const ENDS: Readonly<Record<string, string>> = {
  signed_out: messages.sessionEndedSignedOut,
  replaced: messages.sessionEndedReplacedByA,
  reuse: messages.sessionEndedAUsedUp,
  administrator: messages.sessionEndedByAnAdministrator,
  user_request: messages.sessionEndedSignedOutFrom,
  password_changed: messages.sessionEndedThePasswordWas,
  role_changed: messages.sessionEndedTheRoleWas,
  user_disabled: messages.sessionEndedTheAccountWas,
  user_removed: messages.sessionEndedTheAccountWasRemoved,
  session_limit: messages.sessionEndedSessionLimit,
};

/** Why somebody could not sign in. */
const SIGN_IN_REFUSALS: Readonly<Record<string, string>> = {
  wrong_password: messages.wrongPassword,
  user_disabled: messages.theAccountIsDisabled,
};

/** Why a browser that held cookies could not go on. */
const REFRESH_REFUSALS: Readonly<Record<string, string>> = {
  refresh_token_invalid: messages.itsSignInTokenWas,
  username_mismatch: messages.itsSignInTokenBelonged,
  session_unknown: messages.itsSessionWasNotKnown,
  session_expired: messages.itsSessionHadRunOut,
  session_revoked: messages.itsSessionHadEnded,
  user_gone: messages.theAccountWasDisabledOr,
  token_version: messages.theAccountHadChangedSince,
};

const SENTENCES: Readonly<Record<string, (event: SecurityEvent) => string>> = {
  'session.issued': () => messages.signedIn,
  'session.reauthenticated': () => messages.passwordGivenAgainToGo,
  'session.revoked': ({ reason }) => ENDS[reason ?? ''] ?? messages.sessionEnded,
  'session.reuse': ({ details }) => messages.reuse(describeEnded(details.endedSessionIds)),
  'session.shared': () => messages.theSameSignInToken,
  'session.recovered': () => messages.aSessionWentOnFrom,
  'sign_in.refused': ({ reason }) =>
    messages.signInRefused(SIGN_IN_REFUSALS[reason ?? ''] ?? messages.noMatch),
  'refresh.refused': ({ reason }) =>
    messages.turnedAway(REFRESH_REFUSALS[reason ?? ''] ?? messages.itsSessionDidNotStand),
  'user.created': (event) =>
    isByOther(event) ? messages.accountCreatedByAnAdministrator : messages.accountCreated,
  'user.disabled': () => messages.accountDisabledByAnAdministrator,
  'user.enabled': () => messages.accountEnabledByAnAdministrator,
  'user.removed': () => messages.accountRemoved,
  'role.changed': ({ details: { from, to } }) => messages.roleChanged(String(from), String(to)),
  'password.changed': (event) =>
    isByOther(event) ? messages.passwordChangedByAnAdministrator : messages.passwordChanged,
  'password.refused': () => messages.aWrongPasswordWasGiven,
  'audit.exported': () => messages.theAuditLogWasTaken,
  'keys.rolled_over': () => messages.aNewKeyWasMade,
  'keys.removed': () => messages.aKeyWasTakenOut,
};

/** What happened, in plain words. */
export function describeEvent(event: SecurityEvent): string {
  return SENTENCES[event.kind]?.(event) ?? messages.somethingElse(event.kind);
}

/**
 * Whether somebody else did it: then browser and address are theirs, and nobody else's business.
 */
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
  return Array.isArray(endedSessionIds) && endedSessionIds.length === 1
    ? messages.theSessionWasEnded
    : messages.allSessionsWereEnded;
}
