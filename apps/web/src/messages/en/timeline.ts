export const whatHappened = 'What happened';
export const doneByWhom = (name: string) => `by ${name}`;
export const signedOut = 'Signed out';
export const replacedByANewSign = 'Replaced by a new sign-in in the same browser';
export const endedBecauseAUsedUp = 'Ended, because a used-up refresh token was presented';
export const signedOutFromAnotherBrowser = 'Signed out from another browser of the same person';
export const endedThePasswordWasChanged = 'Ended: the password was changed';
export const endedTheRoleWasChanged = 'Ended: the role was changed';
export const endedTheAccountWasDisabled = 'Ended: the account was disabled';
export const endedTheAccountWasRemoved = 'Ended: the account was removed';
export const endedByTheSessionLimit =
  'Ended: a newer sign-in went beyond the number of sessions an account may have';
export const ranOut = 'Ran out';
export const signedInTheFirstRefresh = 'Signed in: the first refresh token was given out';
export const thePasswordWasGivenAgain = 'The password was given again';
export const theBrowserCameBackWith = 'The browser came back with its first refresh token';
export const theSameRefreshTokenCame =
  'The same refresh token came from two browsers or networks at once';
export const wentOnFromWhatThe =
  'Went on from what the browser held, after the server had lost a write';
export const endedByAnAdministrator = 'Ended by an administrator';
export const ended = 'Ended';
export const aRefreshWasRefused = 'A refresh was refused';
export const tokenGivenOut = (generation: number | string) =>
  `Refresh token of generation ${generation} was given out, last at this time`;
export const cameBackWith = (generation: number | string) =>
  `The browser came back with generation ${generation}: what came before is used up`;
export const reuse = 'A used-up refresh token was presented: somebody has a copy';
export const reuseOf = (generation: number) =>
  `A used-up refresh token of generation ${generation} was presented: somebody has a copy`;
