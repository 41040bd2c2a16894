export const takeTheRoleAdminAway = 'Take the role Admin away';
export const makeAdministrator = 'Make administrator';
export const enable = 'Enable';
export const theyMaySignInAgain = 'They may sign in again, with the password they had.';
export const disable = 'Disable';
export const theyAreSignedOutEverywhere =
  'They are signed out everywhere within a second and cannot sign in until they are enabled. Nothing is deleted.';
export const signOutEverywhere = 'Sign out everywhere';
export const allTheirSessionsEndThey = 'All their sessions end. They can sign in again at once.';
export const remove = 'Remove';
export const nameAndPasswordAreDeleted =
  'Name and password are deleted for good and they are signed out everywhere. What happened to the account stays in the audit log.';
export const newUser = 'New user';
export const username = 'Username';
export const password = 'Password';
export const role = 'Role';
export const cancel = 'Cancel';
export const creating = 'Creating…';
export const createUser = 'Create user';
export const whatToDo = 'What to do';
export const reasonOptional = 'Reason (optional)';
export const keptInTheAuditLog =
  'Kept in the audit log for other administrators. The person does not see it.';
export const working = 'Working…';
export const chooseOne = 'Choose one';
export const any = 'Any';
export const active = 'Active';
export const disabled = 'Disabled';
export const users = 'Users';
export const whomYouDisableOrGive =
  'Whom you disable or give another role is signed out everywhere within a second.';
export const usernameBeginsWith = 'Username begins with';
export const status = 'Status';
export const theUsers = 'The users';
export const nobodyMatchesTakeAFilter = 'Nobody matches. Take a filter away, or shorten the name.';
export const thisPageIsEmptyGo = 'This page is empty: go back to the first one.';
export const firstPage = 'First page';
export const nextPage = 'Next page';
export const created = 'Created';
export const actions = 'Actions';
export const manage = 'Manage';
export const roleBecomes = (role: string) =>
  `Their role becomes ${role}. Their sessions end; they sign in again and see what the new role may see.`;
export const hasRole = (username: string, role: string) =>
  `${username} has the role ${role} from the next sign-in.`;
export const maySignInAgain = (username: string) => `${username} may sign in again.`;
export const isDisabled = (username: string) =>
  `${username} is disabled and signed out everywhere.`;
export const isSignedOut = (username: string) => `${username} is signed out everywhere.`;
export const isRemoved = (username: string) => `${username} is removed.`;
export const canSignIn = (username: string) => `${username} can sign in now.`;
export const manageUser = (username: string) => `Manage ${username}`;
