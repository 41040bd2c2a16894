import * as adminUsers from '#messages/admin/users.ts';
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
export const otherRole = ({ role }: ListedUser): 'Admin' | 'User' =>
  role === 'Admin' ? 'User' : 'Admin';

/** What can be done to a user as they are now. */
export function actsFor(user: ListedUser): UserAct[] {
  const { username, disabled, role } = user;
  return [
    {
      name: 'setRole',
      label: role === 'Admin' ? adminUsers.demote : adminUsers.promote,
      meaning: adminUsers.roleMeaning(otherRole(user)),
      done: adminUsers.roleDone(username, otherRole(user)),
      grave: false,
    },
    disabled
      ? {
          name: 'enableUser',
          label: adminUsers.enable,
          meaning: adminUsers.enableMeaning,
          done: adminUsers.enableDone(username),
          grave: false,
        }
      : {
          name: 'disableUser',
          label: adminUsers.disable,
          meaning: adminUsers.disableMeaning,
          done: adminUsers.disableDone(username),
          grave: true,
        },
    {
      name: 'signOutUser',
      label: adminUsers.signOut,
      meaning: adminUsers.signOutMeaning,
      done: adminUsers.signOutDone(username),
      grave: false,
    },
    {
      name: 'removeUser',
      label: adminUsers.remove,
      meaning: adminUsers.removeMeaning,
      done: adminUsers.removeDone(username),
      grave: true,
    },
  ];
}
