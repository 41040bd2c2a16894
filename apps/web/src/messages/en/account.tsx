import type { ReactNode } from 'react';

export const yourAccount = 'Your account';
export const deleteAccount = 'Delete account';
export const forGoodNeitherYouNor = 'For good: neither you nor an administrator can bring it back.';
export const deleting = 'Deleting…';
export const deleteYourAccount = 'Delete your account?';
export const deleteMyAccount = 'Delete my account';
export const yourNameAndPasswordAre =
  'Your name and password are removed, and you are signed out here and everywhere else. This cannot be undone. What happened to the account, such as sign-ins and from where, stays in the server’s audit log.';
export const securityEvents = 'Security events';
export const whatHappenedToYourAccount =
  'What happened to your account, the newest first. If something here was not you, change your password.';
export const yourSecurityEvents = 'Your security events';
export const nothingYetSignInsSessions =
  'Nothing yet. Sign-ins, sessions that end and changes of your password will appear here.';
export const loading = 'Loading…';
export const showMore = 'Show more';
export const showMoreSessions = 'Show more sessions';
export const enterYourCurrentPassword = 'Enter your current password.';
export const chooseANewPassword = 'Choose a new password.';
export const password = 'Password';
export const changingItEndsYourSessions =
  'Changing it ends your sessions everywhere else. You stay signed in here.';
export const changeYourPassword = 'Change your password';
export const changeYourPasswordNowWhoever =
  'Change your password now: whoever it was can then no longer sign in, and every session but this one ends.';
export const currentPassword = 'Current password';
export const newPassword = 'New password';
export const changing = 'Changing…';
export const changePassword = 'Change password';
export const yourPasswordIsChangedAnd =
  'Your password is changed, and your other sessions have ended.';
export const yourPasswordIsNotChanged =
  'Your password is not changed: the current one was not given again.';
export const theServerIsNotAnswering = 'The server is not answering. Try again in a moment.';
export const somethingWentWrong = 'Something went wrong on the server. Try again in a moment.';
export const history = 'History';
export const itsHistory = 'Its history';
export const sessions = 'Sessions';
export const whereYouAreSignedIn =
  'Where you are signed in. If you do not know one of them, sign it out and change your password.';
export const yourSessions = 'Your sessions';
export const youAreSignedInNowhere = 'You are signed in nowhere else.';
export const signOutAllOthers = 'Sign out all others';
export const signOutAllOthersTitle = 'Sign out all others?';
export const notYou = 'Not you?';
export const signItOutAndChange = 'Sign it out and change my password';
export const thisSession = 'This session';
export const aBrowserThatDoesNot = 'A browser that does not say which';
export const thisBrowser = 'This browser';
export const signedIn = 'Signed in';
export const lastSeen = 'Last seen';
export const notMe = 'Not me';
export const signOut = 'Sign out';
export const thatSessionHadEndedAlready = 'That session had ended already.';
export const allYourOtherSessionsAre = 'All your other sessions are signed out.';
export const theSession = 'The session';
export const notDeletedBecause = (explanation: string) =>
  `Your account was not deleted: ${explanation}`;
export const notDeletedNoAnswer = 'the server is not answering. Try again in a moment.';
export const notDeleted = 'something went wrong on the server. Try again in a moment.';
export const youAre = (username: ReactNode, role: ReactNode) => (
  <>
    You are {username}, with the role {role}.
  </>
);
export const historyOf = (device: string) => `History of ${device}`;
export const rotatedSoFar = (times: number) =>
  `Rotated ${times} ${times === 1 ? 'time' : 'times'} so far: each refresh hands the browser new tokens, and makes the old ones useless to anybody who copied them.`;
export const signOutSessions = (count: number) => `Sign out ${count} sessions`;
export const allOthersEnd =
  'You stay signed in here. All your other sessions end, and whoever uses them has to sign in again.';
export const othersEnd = (count: number) =>
  `You stay signed in here. The other ${count} sessions end, and whoever uses them has to sign in again.`;
export const notYouExplained = (device: string) =>
  `${device} is signed out at once. Whoever it was may know your password, so choose a new one next: that ends every session but this one.`;
export const isNotMe = (device: string) => `${device} is not me`;
export const signOutOf = (device: string) => `Sign out ${device}`;
export const isSignedOut = (device: string) => `${device} is signed out.`;
export const notSignedOutNoAnswer = (device: string) =>
  `${device} was not signed out: the server is not answering. Try again in a moment.`;
export const notSignedOut = (device: string) =>
  `${device} was not signed out: something went wrong on the server. Try again in a moment.`;
export const othersNotSignedOutNoAnswer =
  'Your other sessions were not signed out: the server is not answering. Try again in a moment.';
export const othersNotSignedOut =
  'Your other sessions were not signed out: something went wrong on the server. Try again in a moment.';
export const eventIsNotMe = (what: string) => `Not me: ${what}`;
