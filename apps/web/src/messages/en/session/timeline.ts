export const listLabel = 'What happened';
export const byActor = (name: string) => `by ${name}`;

export const started = 'Signed in: the first refresh token was issued';
export const reauthenticated = 'Password confirmed';
export const rotated = (generation: number | string) =>
  `Refresh token of generation ${generation} delivered, most recently at this time`;
export const acknowledgedFirst = 'The browser presented its first refresh token';
export const acknowledged = (generation: number | string) =>
  `The browser presented generation ${generation}: earlier ones are no longer valid`;
export const shared = 'The same refresh token came from two browsers or networks at once';
export const recovered = 'Recovered: the server had lost a write';
export const refreshRefused = 'A refresh was refused';
export const reuse = 'A used refresh token was presented again: it may have been copied';
export const reuseOf = (generation: number) =>
  `A used refresh token of generation ${generation} was presented again: it may have been copied`;

export const ended = 'Ended';
export const expired = 'Expired';
export const signedOut = 'Signed out';
export const signedOutElsewhere = 'Signed out from another browser of the same user';
export const replaced = 'Replaced by a new sign-in in the same browser';
export const endedReuse = 'Ended: a refresh token was used twice';
export const endedByAdministrator = 'Ended by an administrator';
export const endedPasswordChanged = 'Ended: the password was changed';
export const endedRoleChanged = 'Ended: the role was changed';
export const endedUserDisabled = 'Ended: the account was disabled';
export const endedUserRemoved = 'Ended: the account was removed';
export const endedSessionLimit = 'Ended: the oldest of too many sessions';
