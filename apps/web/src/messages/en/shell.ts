export const youStaySignedInTrying = 'You stay signed in; trying again.';
export const tryingAgain = 'Trying again.';
export const apiReference = 'API reference';
export const main = 'Main';
export const dashboard = 'Dashboard';
export const youAreStillSignedIn =
  'You are still signed in: the server did not answer. Try again in a moment.';
export const skipToTheContent = 'Skip to the content';
export const noAnswer = 'No answer';
export const theServerCouldNotGreet =
  'The server could not greet you. Everything else on this page still works.';
export const thisPageBroke = 'This page broke';
export const thisPageDidNotArrive = 'This page did not arrive';
export const thatIsOurMistakeNot =
  'That is our mistake, not yours, and you are still signed in. Loading the page again usually helps.';
export const pageIsUnreachable =
  'The network or the server did not answer. The page opens by itself as soon as they do.';
export const pageIsMissing =
  'The server no longer has this page as it was when you opened the app: there may be a new version. Load the page again to get it.';
export const tryAgain = 'Try again';
export const loadAgain = 'Load again';
export const nothingHere = 'Nothing here';
export const noPageHasThisAddress =
  'No page has this address. It may have moved, or the link may be mistyped.';
export const goToTheDashboard = 'Go to the dashboard';
export const theServerIsNotAnswering = 'The server is not answering.';
export const theReferenceApp = 'Latchkey, the reference app.';
export const dashboardLead = (username: string, role: string, lifetime: string) =>
  `You are signed in as ${username} with the role ${role}. Your access token lasts ${lifetime}; when it runs out, the server renews it inside the next request and you notice nothing.`;
export const admin = 'Admin';
