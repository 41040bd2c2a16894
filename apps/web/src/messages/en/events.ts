export const sessionEndedSignedOut = 'Session ended: signed out';
export const sessionEndedReplacedByA =
  'Session ended: replaced by a new sign-in in the same browser';
export const sessionEndedAUsedUp = 'Session ended: a used-up sign-in token was presented';
export const sessionEndedByAnAdministrator = 'Session ended by an administrator';
export const sessionEndedSignedOutFrom = 'Session ended: signed out from another of your browsers';
export const sessionEndedThePasswordWas = 'Session ended: the password was changed';
export const sessionEndedTheRoleWas = 'Session ended: the role was changed';
export const sessionEndedTheAccountWas = 'Session ended: the account was disabled';
export const sessionEndedTheAccountWasRemoved = 'Session ended: the account was removed';
export const sessionEndedSessionLimit =
  'Session ended: it was the oldest, and the account had more sessions than it may have';
export const wrongPassword = 'wrong password';
export const theAccountIsDisabled = 'the account is disabled';
export const itsSignInTokenWas = 'its sign-in token was not genuine';
export const itsSignInTokenBelonged = 'its sign-in token belonged to another name';
export const itsSessionWasNotKnown = 'its session was not known';
export const itsSessionHadRunOut = 'its session had run out';
export const itsSessionHadEnded = 'its session had ended';
export const theAccountWasDisabledOr = 'the account was disabled or gone';
export const theAccountHadChangedSince = 'the account had changed since it signed in';
export const signedIn = 'Signed in';
export const passwordGivenAgainToGo = 'Password given again, to go on with something that needs it';
export const sessionEnded = 'Session ended';
export const theSameSignInToken =
  'The same sign-in token came from two browsers or networks at once';
export const aSessionWentOnFrom =
  'A session went on from what its browser held, after the server had lost a write';
export const noMatch = 'no match';
export const itsSessionDidNotStand = 'its session did not stand';
export const accountCreatedByAnAdministrator = 'Account created by an administrator';
export const accountCreated = 'Account created';
export const accountDisabledByAnAdministrator = 'Account disabled by an administrator';
export const accountEnabledByAnAdministrator = 'Account enabled by an administrator';
export const accountRemoved = 'Account removed';
export const passwordChangedByAnAdministrator = 'Password changed by an administrator';
export const passwordChanged = 'Password changed';
export const aWrongPasswordWasGiven = 'A wrong password was given where it was asked for again';
export const theAuditLogWasTaken = 'The audit log was taken out as a file';
export const aNewKeyWasMade = 'A new key was made';
export const aKeyWasTakenOut = 'A key was taken out early: what it signed does not hold any more';
export const theSessionWasEnded = 'the session was ended';
export const allSessionsWereEnded = 'all sessions were ended';
export const reuse = (ended: string) =>
  `A used-up sign-in token was presented, which can mean that somebody copied it: ${ended}`;
export const signInRefused = (why: string) => `Sign-in refused: ${why}`;
export const turnedAway = (why: string) => `A browser was turned away: ${why}`;
export const roleChanged = (from: string, to: string) =>
  `Role changed from ${from} to ${to} by an administrator`;
export const somethingElse = (kind: string) => `Something else happened (${kind})`;
