export const title = 'Sessions';
export const lead =
  'Where you are signed in. If you do not recognise a session, sign it out and change your ' +
  'password.';
export const subject = 'Your sessions';
export const noOthers = 'You are signed in nowhere else.';
export const showMore = 'Show more sessions';

export const thisSession = 'This session';
export const theSession = 'The session';
export const thisBrowser = 'This browser';
export const unknownBrowser = 'Unknown browser';
export const signedIn = 'Signed in';
export const lastSeen = 'Last seen';

export const history = 'History';
export const historyLabel = (device: string) => `History of ${device}`;
export const historySubject = 'The history';
export const rotated = (times: number) =>
  `Rotated ${times} ${times === 1 ? 'time' : 'times'} so far. Each rotation gives the browser ` +
  'new tokens, and makes a copy of the old ones useless.';

export const signOut = 'Sign out';
export const signOutLabel = (device: string) => `Sign out ${device}`;
export const signedOut = (device: string) => `${device} is signed out.`;
export const alreadyEnded = 'That session had already ended.';
export const signOutUnreachable = (device: string) =>
  `${device} was not signed out: the server is not answering. Try again in a moment.`;
export const signOutFailed = (device: string) =>
  `${device} was not signed out: something went wrong on the server. Try again in a moment.`;

export const signOutOthers = 'Sign out all others';
export const signOutOthersTitle = 'Sign out all others?';
export const signOutOthersLead = 'You stay signed in here. All your other sessions end.';
export const signOutCount = (count: number) => `Sign out ${count} sessions`;
export const signOutCountLead = (count: number) =>
  `You stay signed in here. The other ${count} sessions end.`;
export const othersSignedOut = 'All your other sessions are signed out.';
export const signOutOthersUnreachable =
  'Your other sessions were not signed out: the server is not answering. Try again in a moment.';
export const signOutOthersFailed =
  'Your other sessions were not signed out: something went wrong on the server. Try again in a ' +
  'moment.';

export const notMe = 'Not me';
export const notMeLabel = (device: string) => `${device} is not me`;
export const notYouTitle = 'Not you?';
export const notYouConfirm = 'Sign it out and change my password';
export const notYouLead = (device: string) =>
  `${device} is signed out at once. Its user may know your password, so choose a new one next: ` +
  'that ends every session but this one.';
