export const enterYourPassword = 'Enter your password.';
export const yourPassword = 'Your password';
export const cancel = 'Cancel';
export const checking = 'Checking…';
export const theServerIsNotAnswering = 'The server is not answering. Try again in a moment.';
export const somethingWentWrongOnThe = 'Something went wrong on the server. Try again in a moment.';
export const yourPasswordPlease = 'Your password, please';
export const goOn = 'Go on';
export const itIsAWhileSince =
  'It is a while since you gave it, and this should be nobody’s doing but yours.';
export const passwordHint =
  '15 characters or more. Anything goes: spaces, any script, a whole sentence. Pasting is fine.';
export const capsLockIsOn = 'Caps Lock is on.';
export const theServerIsNotAnsweringTitle = 'The server is not answering';
export const somethingWentWrongTitle = 'Something went wrong on the server';
export const youHaveNotBeenSigned =
  'You have not been signed out. This page asks again every few seconds and goes on as soon as there is an answer.';
export const itCouldNotAnswerThis =
  'It could not answer this page’s question. Nothing you did is lost.';
export const tryAgainNow = 'Try again now';
export const loading = 'Loading';
export const tryAgain = 'Try again';
export const light = 'Light';
export const asTheSystem = 'As the system';
export const dark = 'Dark';
export const theme = 'Theme';
export const dismiss = 'Dismiss';
export const notLoadedNoAnswer = (what: string) =>
  `${what} could not be loaded: the server is not answering.`;
export const notLoaded = (what: string) =>
  `${what} could not be loaded: something went wrong on the server.`;
export const show = (label: string) => `Show ${label.toLowerCase()}`;
/** After the words on a button: `Sign in in 0:45`. */
export const inCountdown = (countdown: string) => `in ${countdown}`;
