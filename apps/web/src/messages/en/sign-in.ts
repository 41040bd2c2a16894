export const signInToGoOn = 'Sign in to go on';
export const yourSessionIsOver = 'Your session is over.';
export const everythingOnThePageIs =
  'Everything on the page is as you left it. What you were about to send goes out once you are back.';
export const leaveThisPage = 'Leave this page';
export const enterYourUsername = 'Enter your username.';
export const enterYourPassword = 'Enter your password.';
export const signIn = 'Sign in';
export const username = 'Username';
export const password = 'Password';
export const staySignedInAfterThis = 'Stay signed in after this browser is closed';
export const signingIn = 'Signing in…';
export const onceIsEnoughYouStay = 'Once is enough. You stay signed in.';
export const createAnAccount = 'Create an account';
export const thatUsernameAndPasswordDo = 'That username and password do not match.';
export const theServerIsNotAnswering =
  'The server is not answering, so nothing was checked. Try again in a moment.';
export const somethingWentWrongOnThe = 'Something went wrong on the server. Try again in a moment.';
export const youAreSignedOut = 'You are signed out.';
export const yourAccountIsDeleted = 'Your account is deleted.';
export const youSignedOutInAnother = 'You signed out in another tab.';
export const yourLastSessionWasEnded = 'Your last session was ended. Sign in to go on.';
export const yourLastSessionHasRun = 'Your last session has run out. Sign in to go on.';
export const yourSessionsWereEndedBecause =
  'Your sessions were ended because your account changed. Sign in to go on.';
export const yourSessionWasEndedBecause =
  'Your session was ended because its refresh token was used twice, which can mean that somebody copied it. Sign in to go on.';
export const chooseAUsername = 'Choose a username.';
export const chooseAPassword = 'Choose a password.';
export const creatingYourAccount = 'Creating your account…';
export const createAccount = 'Create account';
export const aNameAndAPassword = 'A name and a password will do.';
export const signUpIsClosedHere = 'Sign-up is closed here. Ask an administrator for an account.';
export const theServerIsNotAnsweringTry = 'The server is not answering. Try again in a moment.';
export const newHere = 'New here?';
export const demoAccounts = 'Demo accounts:';
export const youHaveAnAccount = 'You have an account?';
export const referenceForSupport = 'Reference for support:';
