export const cancel = 'Cancel';
export const dismiss = 'Dismiss';
export const loading = 'Loading';
export const tryAgain = 'Try again';
export const tryAgainNow = 'Try again now';
/** Shown after the label of a button: `Sign in in 0:45`. */
export const countdown = (time: string) => `in ${time}`;

export const showLabel = (label: string) => `Show ${label.toLowerCase()}`;
export const capsLock = 'Caps Lock is on.';
export const passwordHint =
  '15 characters or more. Any characters: spaces, any script, a whole sentence. Pasting works.';

export const theme = 'Theme';
export const themeLight = 'Light';
export const themeSystem = 'As the system';
export const themeDark = 'Dark';
