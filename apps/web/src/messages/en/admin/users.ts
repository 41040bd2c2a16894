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
export const shownReason = 'Reason shown to the user (optional)';
export const shownReasonHint =
  'Shown at the next sign-in, and in every browser that is signed out now: a thief’s, too.';
export const pending = 'Working…';

export const promote = 'Make administrator';
export const demote = 'Revoke the role Admin';
export const roleMeaning = (role: string) =>
  `Their role becomes ${role}. All their sessions end, and the new role applies from the next ` +
  'sign-in.';
export const demoteSelfMeaning =
  'This is your own account. You are signed out everywhere, here too, and lose access to these ' +
  'pages. Only another administrator can give you the role Admin again.';
export const roleDone = (username: string, role: string) =>
  `${username} has the role ${role} from the next sign-in.`;
export const enable = 'Enable';
export const enableMeaning = 'They may sign in again, with the same password.';
export const enableDone = (username: string) => `${username} may sign in again.`;
export const disable = 'Disable';
export const disableMeaning =
  'They are signed out everywhere within a second and cannot sign in until they are enabled. ' +
  'Nothing is deleted.';
export const disableSelfMeaning =
  'This is your own account. You are signed out everywhere, here too, and cannot sign in until ' +
  'another administrator enables your account.';
export const disableDone = (username: string) =>
  `${username} is disabled and signed out everywhere.`;
export const signOut = 'Sign out everywhere';
export const signOutMeaning = 'All their sessions end. They can sign in again at once.';
export const signOutDone = (username: string) => `${username} is signed out everywhere.`;
export const signOutSelfMeaning = 'All your own sessions end, this one too.';
export const rescue = 'Rescue this account';
export const rescueMeaning =
  'For an account that someone else got into. All its sessions end, its password no longer works, ' +
  'and its devices are forgotten. You get a one-time password for its owner, who has to choose a ' +
  'new password with it. Nothing is deleted.';
export const rescueDone = (username: string) => `${username} is signed out everywhere.`;
export const oneTimeLead = (username: string, expiry: string) =>
  `Give ${username} this one-time password in person or by telephone. It works once, until ` +
  `${expiry}, and is shown only now.`;
export const oneTimeLabel = 'One-time password';
export const copy = 'Copy';
export const copied = 'Copied.';
export const notCopied = 'This browser does not allow copying. Select the text instead.';
export const oneTimeClose = 'Done';
export const remove = 'Remove';
export const removeSelfMeaning =
  'This is your own account. Your name and password are deleted permanently, and you are signed ' +
  'out everywhere.';
export const removeMeaning =
  'Name and password are deleted permanently, and they are signed out everywhere. The account’s ' +
  'events stay in the audit log.';
export const removeDone = (username: string) => `${username} is removed.`;
