export const label = 'Notices about your account';
export const reuse = (time: string) =>
  `A copy of your sign-in may have been used (${time}): a refresh token was presented twice, so ` +
  'your sessions were ended. Change your password unless you know why.';
export const changePassword = 'Change password';
export const seeEvents = 'See what happened';
export const signedOut = (time: string) => `An administrator ended your sessions (${time}).`;
export const roleChanged = (time: string) => `An administrator changed your role (${time}).`;
export const disabled = (time: string) => `An administrator had disabled your account (${time}).`;
export const shownReason = (reason: string) => `The administrator says: ${reason}`;
export const dismiss = 'Dismiss';
export const notDismissed = 'The notice was not dismissed. Try again in a moment.';
