export const title = 'Delete account';
export const lead = 'Permanently: neither you nor an administrator can restore it.';
export const pending = 'Deleting…';
export const dialogTitle = 'Delete your account?';
export const confirm = 'Delete my account';
export const explanation =
  'Your name and password are removed, and you are signed out everywhere. This cannot be ' +
  'undone. The account’s events, such as sign-ins and their addresses, stay in the server’s ' +
  'audit log.';
export const failed = (explanation: string) => `Your account was not deleted. ${explanation}`;
