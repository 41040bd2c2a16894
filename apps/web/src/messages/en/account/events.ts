export const title = 'Security events';
export const lead =
  'What happened to your account, newest first. If something here was not you, change your ' +
  'password.';
export const subject = 'Your security events';
export const empty = 'Nothing yet. Sign-ins, ended sessions and password changes will appear here.';
export const showMore = 'Show more';
export const notMeLabel = (event: string) => `Not me: ${event}`;
