export const title = 'Password';
export const lead = 'Changing it ends your sessions everywhere else. You stay signed in here.';
export const formLabel = 'Change your password';
export const alarm =
  'Change your password now. The old one then no longer works, and every session but this one ' +
  'ends.';
export const currentLabel = 'Current password';
export const currentRequired = 'Enter your current password.';
export const newLabel = 'New password';
export const newRequired = 'Choose a new password.';
export const submit = 'Change password';
export const pending = 'Changing…';
export const changed = 'Your password is changed, and your other sessions have ended.';
export const notReauthenticated =
  'Your password is not changed: the current one was not confirmed.';
