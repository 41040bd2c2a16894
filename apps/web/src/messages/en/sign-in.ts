export const title = 'Sign in';
export const lead = 'Sign in once, and you stay signed in.';
export const username = 'Username';
export const usernameRequired = 'Enter your username.';
export const password = 'Password';
export const passwordRequired = 'Enter your password.';
export const remember = 'Stay signed in after this browser is closed';
export const pending = 'Signing in…';
export const newHere = 'New here?';
export const demoAccounts = 'Demo accounts';
export const demoLead = (password: string) =>
  `Demo accounts, both with the password “${password}”:`;
export const asDemoAccount = (username: string) => `Continue as ${username}`;

export const invalidCredentials = 'That username and password do not match.';
export const unreachable =
  'The server is not answering, so nothing was checked. Try again in a moment.';

export const signedOut = 'You are signed out.';
export const signedOutElsewhere = 'You signed out in another tab.';
export const cookiesBlocked = 'Allow cookies for this site, then sign in.';
export const accountDeleted = 'Your account is deleted.';
export const sessionRevoked = 'Your last session was ended. Sign in to continue.';
export const sessionExpired = 'Your last session has expired. Sign in to continue.';
export const accountChanged =
  'Your sessions were ended because your account changed. Sign in to continue.';
export const refreshTokenReused =
  'Your session was ended because its refresh token was used twice: it may have been copied. ' +
  'Sign in to continue.';
export const shownReason = 'The administrator says:';
export const reference = 'Reference for support:';
