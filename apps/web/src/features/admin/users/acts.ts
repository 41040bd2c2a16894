import * as messages from '#messages/admin-users.ts';
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
      label: role === 'Admin' ? messages.takeTheRoleAdminAway : messages.makeAdministrator,
      meaning: messages.roleBecomes(otherRole(user)),
      done: messages.hasRole(username, otherRole(user)),
      grave: false,
    },
    disabled
      ? {
          name: 'enableUser',
          label: messages.enable,
          meaning: messages.theyMaySignInAgain,
          done: messages.maySignInAgain(username),
          grave: false,
        }
      : {
          name: 'disableUser',
          label: messages.disable,
          meaning: messages.theyAreSignedOutEverywhere,
          done: messages.isDisabled(username),
          grave: true,
        },
    {
      name: 'signOutUser',
      label: messages.signOutEverywhere,
      meaning: messages.allTheirSessionsEndThey,
      done: messages.isSignedOut(username),
      grave: false,
    },
    {
      name: 'removeUser',
      label: messages.remove,
      meaning: messages.nameAndPasswordAreDeleted,
      done: messages.isRemoved(username),
      grave: true,
    },
  ];
}
