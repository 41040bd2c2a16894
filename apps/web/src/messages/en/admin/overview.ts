export const subject = 'The overview';
export const range = 'Time';
export const lastDay = 'The last 24 hours';
export const lastWeek = 'The last 7 days';
export const lastMonth = 'The last 30 days';

export const users = 'Users';
export const disabled = 'Disabled';
export const sessions = 'Sessions';
export const moreThan = (count: number) => `${count.toLocaleString('en')}+`;

export const signIns = 'Sign-ins';
export const signInsMeaning = 'Sessions started.';
export const refusedSignIns = 'Refused sign-ins';
export const refusedSignInsMeaning =
  'Wrong username or password, disabled account, too many attempts.';
export const refusedRefreshes = 'Refused refreshes';
export const refusedRefreshesMeaning = 'Refresh tokens that were not accepted.';
export const reuses = 'Reuse of refresh tokens';
export const reusesMeaning = 'A rotated token was presented again: it may have been copied.';
export const signOuts = 'Sign-outs';
export const signOutsMeaning = 'Sessions ended by their users.';
export const revocations = 'Revocations';
export const revocationsMeaning = 'Sessions ended by an administrator or an account change.';

export const chartLabel = (title: string, total: number, most: number) =>
  `${title}: ${total} in all, at most ${most} at once`;
export const asTable = 'As a table';
export const from = 'From';
export const count = 'Count';
