import type { ReactNode } from 'react';

export const accessAndRefreshTokenRenewed = 'Access and refresh token renewed.';
export const accessTokenRenewedTooSoon = 'Access token renewed. Too soon for another rotation.';
export const joinedARotationThatAnother = 'Joined a rotation that another request had just made.';
export const recoveredTheServerHadLost =
  'Recovered: the server had lost a write and went on from this browser’s token.';
export const renewedByAnotherRequestOr = 'Renewed by another request or tab.';
export const to = 'to';
export const noRotationYetEachOne = 'No rotation yet. Each one will leave a mark here.';
export const thisSession = 'This session';
export const generation = 'Generation';
export const refreshesInThisTab = 'Refreshes in this tab';
export const cookiesAsTheServerSets = 'Cookies, as the server sets them';
export const httponlyNoScriptCanRead =
  'HttpOnly: no script can read them, this page’s own included. It knows only what you see here.';
export const doneTheBrowserHoldsA = 'Done: the browser holds a new access token.';
export const renewTheAccessTokenEarly =
  'Renew the access token early, or just use it: expired or not, the answer comes.';
export const refreshNow = 'Refresh now';
export const askTheServer = 'Ask the server';
export const theAccessTokenHadRun =
  'The access token had run out; the server renewed it inside that request.';
export const theAccessTokenWasStill = 'The access token was still good.';
export const theServerIsNotAnswering =
  'The server is not answering. Nothing has changed; you are still signed in.';
export const theServerRefusedAskingIt =
  'The server refused. Asking it whether the session still stands.';
export const accessToken = 'Access token';
export const secondLeft = 'second left';
export const secondsLeft = 'seconds left';
export const yourAccount = 'Your account';
export const signOut = 'Sign out';
export const nothingYet = (lifetime: string) =>
  `Nothing yet. When the ring is empty, the next refresh appears here: an access token lives ${lifetime}.`;
export const rotationsSince = (count: number) =>
  `${count} ${count === 1 ? 'rotation' : 'rotations'} since you signed in.`;
export const rotationsSeen = (count: number, seen: number) =>
  `${count} ${count === 1 ? 'rotation' : 'rotations'} since you signed in, ${seen === count ? 'all' : seen} seen in this tab.`;
export const itSaid = (answer: string, milliseconds: number) =>
  `It said “${answer}” after ${milliseconds} ms.`;
export const ofLifetime = (lifetime: string) => `of ${lifetime}`;
export const accountOf = (username: string) => `Account of ${username}`;
export const signedInAs = (username: ReactNode, role: ReactNode) => (
  <>
    Signed in as {username}
    <br />
    with the role {role}
  </>
);
export const name = 'Name';
export const path = 'Path';
export const lifetime = 'Lifetime';
export const untilTheBrowserCloses = 'until the browser closes';
