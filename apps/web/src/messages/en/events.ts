export const signedIn = 'Signed in';
export const signInRefused = (reason: string) => `Sign-in refused: ${reason}`;
export const wrongPassword = 'wrong password';
export const accountDisabled = 'the account is disabled';
export const oneTimePasswordSpent = 'the one-time password was used or had expired';
export const noMatch = 'wrong username or password';
export const reauthenticated = 'Password confirmed';
export const passwordRefused = 'Password not confirmed: wrong password';

export const refreshRefused = (reason: string) => `Refresh refused: ${reason}`;
export const tokenInvalid = 'the refresh token was invalid';
export const sessionUnknown = 'the session was unknown';
export const sessionExpired = 'the session had expired';
export const sessionRevoked = 'the session had ended';
export const userGone = 'the account was disabled or removed';
export const tokenVersion = 'the account had changed since the sign-in';
export const noSession = 'there was no valid session';

export const ended = 'Session ended';
export const endedSignedOut = 'Session ended: signed out';
export const endedReplaced = 'Session ended: replaced by a new sign-in in the same browser';
export const endedReuse = 'Session ended: its refresh token was used twice';
export const endedByAdministrator = 'Session ended by an administrator';
export const endedElsewhere = 'Session ended: signed out from another of your browsers';
export const endedPasswordChanged = 'Session ended: the password was changed';
export const endedRoleChanged = 'Session ended: an administrator changed the role';
export const endedUserDisabled = 'Session ended: an administrator disabled the account';
export const endedUserRemoved = 'Session ended: the account was removed';
export const endedSessionLimit = 'Session ended: the oldest of too many sessions';
export const shared = 'The same refresh token came from two browsers or networks at once';
export const recovered = 'Session recovered: the server had lost a write';
export const reuse = (ended: string) =>
  `A refresh token was used twice, so it may have been copied: ${ended}`;
export const reuseEndedOne = 'the session was ended';
export const reuseEndedAll = 'all sessions were ended';

export const created = 'Account created';
export const createdByAdministrator = 'Account created by an administrator';
export const disabled = 'Account disabled by an administrator';
export const enabled = 'Account enabled by an administrator';
export const rescued =
  'Account secured by an administrator: all sessions ended, the password replaced by a ' +
  'one-time password';
export const removed = 'Account removed';
export const roleChanged = (from: string, to: string) =>
  `Role changed from ${from} to ${to} by an administrator`;
export const passwordChanged = 'Password changed';
export const passwordChangedByAdministrator = 'Password changed by an administrator';

export const auditExported = 'Audit log exported';
export const auditPruned = 'Old events removed from the audit log';
export const keyRotated = 'Key rotated';
export const keyRevoked = 'Key revoked: what it signed is no longer valid';
export const other = (kind: string) => `Other event (${kind})`;
