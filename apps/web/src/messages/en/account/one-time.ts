export const title = 'Choose a password';
export const lead =
  'You signed in with a one-time password, which no longer works. To continue, choose a password ' +
  'that only you know.';
export const submit = 'Choose this password';
export const pending = 'Saving…';
export const notConfirmed =
  'Nothing was changed: confirm the one-time password, or ask an administrator for another one.';
