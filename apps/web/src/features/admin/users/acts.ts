import type { ListedUser } from './users-table.tsx';

export type ActName = 'setRole' | 'disableUser' | 'enableUser' | 'signOutUser' | 'removeUser';

/** One thing that can be done to a user, in words. */
export interface UserAct {
  readonly name: ActName;
  readonly label: string;
  /** What it means for them. */
  readonly meaning: string;
  readonly done: string;
  readonly grave: boolean;
}

/** The role somebody would be given. */
export const otherRole = ({ role }: ListedUser): 'Admin' | 'User' => (role === 'Admin' ? 'User' : 'Admin');

/** What can be done to a user as they are now. */
export function actsFor(user: ListedUser): UserAct[] {
  const { username, disabled, role } = user;
  return [
    {
      name: 'setRole',
      label: role === 'Admin' ? 'Take the role Admin away' : 'Make administrator',
      meaning: `Their role becomes ${otherRole(user)}. Their sessions end; they sign in again and see what the new role may see.`,
      done: `${username} has the role ${otherRole(user)} from the next sign-in.`,
      grave: false,
    },
    disabled
      ? {
          name: 'enableUser',
          label: 'Enable',
          meaning: 'They may sign in again, with the password they had.',
          done: `${username} may sign in again.`,
          grave: false,
        }
      : {
          name: 'disableUser',
          label: 'Disable',
          meaning: 'They are signed out everywhere within a second and cannot sign in until they are enabled. Nothing is deleted.',
          done: `${username} is disabled and signed out everywhere.`,
          grave: true,
        },
    {
      name: 'signOutUser',
      label: 'Sign out everywhere',
      meaning: 'All their sessions end. They can sign in again at once.',
      done: `${username} is signed out everywhere.`,
      grave: false,
    },
    {
      name: 'removeUser',
      label: 'Remove',
      meaning: 'Name and password are deleted for good and they are signed out everywhere. What happened to the account stays in the audit log.',
      done: `${username} is removed.`,
      grave: true,
    },
  ];
}
