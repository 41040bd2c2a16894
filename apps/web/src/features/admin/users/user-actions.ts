import * as adminUsers from '#messages/admin/users.ts';
import type { ListedUser } from './users-table.tsx';

export type UserActionName =
  | 'setRole'
  | 'disableUser'
  | 'enableUser'
  | 'signOutUser'
  | 'removeUser';

/** An action on a user, with its texts. */
export interface UserAction {
  readonly name: UserActionName;
  readonly label: string;
  /** What the action means for the user. */
  readonly meaning: string;
  /** The message to show after success. */
  readonly done: string;
  readonly isDestructive: boolean;
}

/** Returns the role that the user does not have. */
export const otherRole = ({ role }: ListedUser): 'Admin' | 'User' =>
  role === 'Admin' ? 'User' : 'Admin';

/** Returns the actions that are possible for a user. */
export function actionsFor(user: ListedUser): UserAction[] {
  const { username, disabled, role } = user;
  return [
    {
      name: 'setRole',
      label: role === 'Admin' ? adminUsers.demote : adminUsers.promote,
      meaning: adminUsers.roleMeaning(otherRole(user)),
      done: adminUsers.roleDone(username, otherRole(user)),
      isDestructive: false,
    },
    disabled
      ? {
          name: 'enableUser',
          label: adminUsers.enable,
          meaning: adminUsers.enableMeaning,
          done: adminUsers.enableDone(username),
          isDestructive: false,
        }
      : {
          name: 'disableUser',
          label: adminUsers.disable,
          meaning: adminUsers.disableMeaning,
          done: adminUsers.disableDone(username),
          isDestructive: true,
        },
    {
      name: 'signOutUser',
      label: adminUsers.signOut,
      meaning: adminUsers.signOutMeaning,
      done: adminUsers.signOutDone(username),
      isDestructive: false,
    },
    {
      name: 'removeUser',
      label: adminUsers.remove,
      meaning: adminUsers.removeMeaning,
      done: adminUsers.removeDone(username),
      isDestructive: true,
    },
  ];
}
