export const sessions = 'Sessions';
export const wherePeopleAreSignedIn =
  'Where people are signed in now. Whoever uses a session you end has to sign in again, within a second.';
export const usernameBeginsWith = 'Username begins with';
export const theSessions = 'The sessions';
export const nobodyOfThatNameIs =
  'Nobody of that name is signed in. A session appears here as soon as somebody signs in.';
export const browser = 'Browser';
export const address = 'Address';
export const signedIn = 'Signed in';
export const lastSeen = 'Last seen';
export const actions = 'Actions';
export const endThisSession = 'End this session?';
export const thisBrowser = 'this browser';
export const thatIsTheSessionYou = 'That is the session you are using now.';
export const cancel = 'Cancel';
export const endTheSession = 'End the session';
export const unknownBrowser = 'Unknown browser';
export const yours = 'Yours';
export const end = 'End';
export const oneSession = 'One session';
export const nothingIsKnownOfSuch =
  'Nothing is known of such a session. It may be older than the audit log goes back.';
export const theSession = 'The session';
export const everythingTheAuditLogSays = 'Everything the audit log says of it';
export const nobodyKnown = 'Nobody known';
export const began = 'Began';
export const unknown = 'Unknown';
export const ended = 'Ended';
export const notYet = 'Not yet';
export const rotations = 'Rotations';
export const thereIsMoreTheAudit = 'There is more; the audit log has all of it.';
export const everyRefreshMakesANew =
  'Every refresh makes a new generation. The server keeps the time of the latest one only, so that an ordinary refresh stays a single write.';
export const notEnded = 'The session was not ended.';
export const signedOutOf = (username: string, device: string) =>
  `${username} is signed out of ${device}.`;
export const endSessionOf = (username: string, device: string) =>
  `End the session of ${username} on ${device}`;
export const hasEnded = (username: string) => `The session of ${username} has ended.`;
export const user = 'User';
