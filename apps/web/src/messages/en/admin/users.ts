export const title = 'Users';
export const lead =
  'A user whom you disable or give another role is signed out everywhere within a second.';
export const subject = 'The users';
export const noMatch = 'No user matches. Remove a filter, or shorten the name.';
export const emptyPage = 'This page is empty: go back to the first one.';
const number = new Intl.NumberFormat('en');
interface Total {
  readonly count: number;
  readonly exact: boolean;
}
export const total = ({ count, exact }: Total) =>
  `${number.format(count)}${exact ? '' : '+'} ${count === 1 ? 'user' : 'users'}`;
export const matching = (of: Total) => `${total(of)} ${of.count === 1 ? 'matches' : 'match'}`;
export const uncounted = 'Too many users match to count them.';

export const username = 'Username';
export const password = 'Password';
export const role = 'Role';
export const status = 'Status';
export const active = 'Active';
export const disabled = 'Disabled';
export const any = 'Any';
export const created = 'Created';

export const create = 'New user';
export const createConfirm = 'Create user';
export const createPending = 'Creating…';
export const createDone = (username: string) => `${username} can sign in now.`;

export const manage = 'Manage';
export const manageLabel = (username: string) => `Manage ${username}`;
export const actionLabel = 'Action';
export const chooseAction = 'Choose one';
export const reason = 'Reason (optional)';
export const reasonHint =
  'Kept in the audit log for other administrators. The user does not see it.';
export const pending = 'Working…';

export const promote = 'Make administrator';
export const demote = 'Revoke the role Admin';
export const roleMeaning = (role: string) =>
  `Their role becomes ${role}. All their sessions end, and the new role applies from the next ` +
  'sign-in.';
export const roleDone = (username: string, role: string) =>
  `${username} has the role ${role} from the next sign-in.`;
export const enable = 'Enable';
export const enableMeaning = 'They may sign in again, with the same password.';
export const enableDone = (username: string) => `${username} may sign in again.`;
export const disable = 'Disable';
export const disableMeaning =
  'They are signed out everywhere within a second and cannot sign in until they are enabled. ' +
  'Nothing is deleted.';
export const disableDone = (username: string) =>
  `${username} is disabled and signed out everywhere.`;
export const signOut = 'Sign out everywhere';
export const signOutMeaning = 'All their sessions end. They can sign in again at once.';
export const signOutDone = (username: string) => `${username} is signed out everywhere.`;
export const remove = 'Remove';
export const removeMeaning =
  'Name and password are deleted permanently, and they are signed out everywhere. The account’s ' +
  'events stay in the audit log.';
export const removeDone = (username: string) => `${username} is removed.`;
