export const title = 'This session';
export const generation = 'Generation';
export const accessToken = 'Access token';
export const noAccessToken = 'None: the next request brings one.';
export const secondLeft = 'second left';
export const secondsLeft = 'seconds left';
export const ofLifetime = (lifetime: string) => `of ${lifetime}`;

export const controlsHint =
  'Renew the access token early, or just use it: expired or not, the server answers.';
export const refresh = 'Refresh now';
export const refreshed = 'Done: the browser holds a new access token.';
export const ask = 'Ask the server';
export const answered = (answer: string, milliseconds: number) =>
  `It said “${answer}” after ${milliseconds} ms.`;
export const tokenExpired = 'The access token had expired; the server renewed it in that request.';
export const tokenValid = 'The access token was still valid.';
export const unreachable =
  'The server is not answering. Nothing has changed; you are still signed in.';
export const refused = 'The server refused. Checking whether the session is still valid.';

export const noRotations = 'No rotation yet. Each one will leave a mark here.';
export const rotations = (count: number) =>
  `${count} ${count === 1 ? 'rotation' : 'rotations'} since you signed in.`;
export const rotationsSeen = (count: number, seen: number) =>
  `${count} ${count === 1 ? 'rotation' : 'rotations'} since you signed in, ` +
  `${seen === count ? 'all' : seen} seen in this tab.`;

export const logTitle = 'Refreshes in this tab';
export const logEmpty = (lifetime: string) =>
  'Nothing yet. When the ring is empty, the next refresh appears here: an access token lives ' +
  `${lifetime}.`;
export const to = 'to';
export const rotated = 'Access and refresh token renewed.';
export const reissued = 'Access token renewed. Too soon for another rotation.';
export const converged = 'Joined a rotation that another request had just made.';
export const recovered =
  'Recovered: the server had lost a write and continued from this browser’s token.';
export const elsewhere = 'Renewed by another request or tab.';

export const cookiesTitle = 'Cookies, as the server sets them';
export const cookiesNote =
  'HttpOnly: no script can read them, this page’s own included. It knows only what you see here.';
export const cookieName = 'Name';
export const cookiePath = 'Path';
export const cookieLifetime = 'Lifetime';
export const cookieUntilClosed = 'until the browser closes';
export const yes = 'yes';
export const no = 'no';
