export const title = 'Create an account';
export const lead = 'All you need is a username and a password.';
export const usernameRequired = 'Choose a username.';
export const passwordRequired = 'Choose a password.';
export const submit = 'Create account';
export const pending = 'Creating your account…';
export const closed = 'Sign-up is closed here. Ask an administrator for an account.';
export const haveAccount = 'You have an account?';
