export const title = 'Sessions';
export const lead =
  'Where users are signed in now, the newest sign-in first. A session that you end is signed out ' +
  'within a second.';
export const subject = 'The sessions';
export const noMatch =
  'No session belongs to a username with this text. A session appears here when its user signs in.';

export const browser = 'Browser';
export const thisBrowser = 'this browser';
export const unknownBrowser = 'Unknown browser';
export const yours = 'Yours';
export const address = 'Address';
export const signedIn = 'Signed in';
export const lastSeen = 'Last seen';

export const end = 'End';
export const endLabel = (username: string, device: string) =>
  `End the session of ${username} on ${device}`;
export const endTitle = 'End this session?';
export const endLead = (username: string, device: string) =>
  `${username} is signed out of ${device}.`;
export const endOwn = 'This is the session that you are using now.';
export const endConfirm = 'End the session';
export const ended = (username: string) => `The session of ${username} has ended.`;
export const endFailed = 'The session was not ended.';
