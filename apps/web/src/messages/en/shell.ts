export const skipLink = 'Skip to the content';
export const navLabel = 'Main';
export const dashboard = 'Dashboard';
export const admin = 'Admin';
export const footer = 'Latchkey, the reference app.';
export const apiReference = 'API reference';

export const connectionLost = 'The server is not answering.';
export const retrying = 'Trying again.';
export const retryingSignedIn = 'You stay signed in; trying again.';
export const signOutFailed =
  'You are still signed in: the server did not answer. Try again in a moment.';
export const noAnswer = 'No answer';

export const errorTitle = 'This page has failed';
export const errorLead =
  'That is our mistake, not yours, and you are still signed in. Loading the page again usually ' +
  'helps.';
export const notLoadedTitle = 'This page did not arrive';
export const notLoadedUnreachable =
  'The network or the server did not answer. The page opens by itself as soon as they do.';
export const notLoadedMissing =
  'The server no longer has this page as it was when you opened the app: there may be a new ' +
  'version. Load the page again to get it.';
export const reload = 'Load again';
export const notFoundTitle = 'Nothing here';
export const notFoundLead =
  'No page has this address. It may have moved, or the link may be mistyped.';
export const toDashboard = 'Go to the dashboard';
