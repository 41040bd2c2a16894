import * as adminUsers from '#messages/admin/users.ts';
import type { ListedUser } from './users-table.tsx';

export type UserActionName =
  | 'setRole'
  | 'disableUser'
  | 'enableUser'
  | 'signOutUser'
  | 'rescueUser'
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
  /** Whether the administrator may give the user a reason. */
  readonly canTell: boolean;
}

/** Returns the role that the user does not have. */
export const otherRole = ({ role }: ListedUser): 'Admin' | 'User' =>
  role === 'Admin' ? 'User' : 'Admin';

/**
 * Returns the actions that are possible for a user.
 *
 * @param isSelf whether it is the administrator's own account
 */
export function actionsFor(user: ListedUser, isSelf: boolean): UserAction[] {
  const { username, disabled, role } = user;
  return [
    {
      name: 'setRole',
      label: role === 'Admin' ? adminUsers.demote : adminUsers.promote,
      meaning: isSelf ? adminUsers.demoteSelfMeaning : adminUsers.roleMeaning(otherRole(user)),
      done: adminUsers.roleDone(username, otherRole(user)),
      isDestructive: isSelf,
      canTell: !isSelf,
    },
    disabled
      ? {
          name: 'enableUser',
          label: adminUsers.enable,
          meaning: adminUsers.enableMeaning,
          done: adminUsers.enableDone(username),
          isDestructive: false,
          canTell: false,
        }
      : {
          name: 'disableUser',
          label: adminUsers.disable,
          meaning: isSelf ? adminUsers.disableSelfMeaning : adminUsers.disableMeaning,
          done: adminUsers.disableDone(username),
          isDestructive: true,
          canTell: !isSelf,
        },
    {
      name: 'signOutUser',
      label: adminUsers.signOut,
      meaning: isSelf ? adminUsers.signOutSelfMeaning : adminUsers.signOutMeaning,
      done: adminUsers.signOutDone(username),
      isDestructive: false,
      canTell: !isSelf,
    },
    ...(isSelf
      ? []
      : [
          {
            name: 'rescueUser' as const,
            label: adminUsers.rescue,
            meaning: adminUsers.rescueMeaning,
            done: adminUsers.rescueDone(username),
            isDestructive: true,
            canTell: true,
          },
        ]),
    {
      name: 'removeUser',
      label: adminUsers.remove,
      meaning: isSelf ? adminUsers.removeSelfMeaning : adminUsers.removeMeaning,
      done: adminUsers.removeDone(username),
      isDestructive: true,
      canTell: false,
    },
  ];
}
