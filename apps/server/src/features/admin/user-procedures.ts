import { refuse } from '@latchkey/trpc';
import { z } from 'zod';
import { adminProcedure, ROLES, recentlyAuthenticatedAdminProcedure } from '../../api/trpc.ts';
import { boundedCount } from '../../services/bounded-count.ts';
import { newPassword, newUsername, usernameOf } from '../accounts/account-rules.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { UserLists } from '../accounts/search/user-lists.ts';
import { USER_SORTS } from '../accounts/user-store.ts';
import {
  actorFor,
  done,
  id,
  limit,
  reasons,
  statedReason,
  text,
  textMatch,
} from './admin-input.ts';
import { userCursorIn, userCursorOf } from './user-cursor.ts';

export interface UserProcedureDependencies {
  readonly accounts: Accounts;
  readonly userLists: UserLists;
  readonly reauthenticationSeconds: number;
}

const role = z.enum(ROLES);
const userView = z.object({
  id: z.string(),
  username: z.string(),
  role: z.string(),
  disabled: z.boolean(),
  createdAt: z.number(),
});

/** Procedures for user accounts. */
export function userProcedures({
  accounts,
  userLists,
  reauthenticationSeconds,
}: UserProcedureDependencies) {
  const recentlyAuthenticatedProcedure =
    recentlyAuthenticatedAdminProcedure(reauthenticationSeconds);

  return {
    /**
     * Lists one page of users. Pass `next` as `after`, with the same sort and filter, for the next
     * page; `total` counts the users on all pages. `partial` says that the search stopped before
     * the page was full, because it had looked at many users: go on at `next`.
     */
    users: adminProcedure
      .input(
        z
          .object({
            search: text(64).optional(),
            role: role.optional(),
            status: z.enum(['active', 'disabled']).optional(),
            sort: z.enum(USER_SORTS).default('username'),
            order: z.enum(['asc', 'desc']).default('asc'),
            after: text(300).optional(),
            limit,
          })
          .prefault({}),
      )
      .output(
        z.object({
          users: z.array(userView),
          next: z.string().nullable(),
          /** Null if only a look at each user would tell. */
          total: boundedCount.nullable(),
          partial: z.boolean(),
          /** Where in usernames the text was searched for; null without a text. */
          match: textMatch.nullable(),
        }),
      )
      .query(async ({ input: { search, role, status, sort, order, after: cursor, limit } }) => {
        const after = cursor === undefined ? undefined : userCursorIn(cursor, sort);
        if (after === null)
          throw refuse('invalid_input', {
            message: 'after: must be the `next` of a page with the same sort.',
          });
        const { next, isPartial, ...found } = await userLists.page({
          search: search && usernameOf(search),
          role,
          disabled: status && status === 'disabled',
          sort,
          order,
          after,
          limit,
        });
        return { ...found, next: next && userCursorOf(next, sort), partial: isPartial };
      }),

    createUser: recentlyAuthenticatedProcedure
      .input(z.object({ username: newUsername, password: newPassword, role }))
      .output(userView.pick({ id: true, username: true, role: true }))
      .mutation(({ ctx, input }) => accounts.create(input, ctx.actor)),

    /** Disables an account and ends the user's sessions. */
    disableUser: recentlyAuthenticatedProcedure
      .input(z.object({ userId: id, ...reasons }))
      .output(done)
      .mutation(async ({ ctx, input }) => {
        await accounts.setDisabled(input.userId, true, actorFor(ctx, input));
        return { message: 'The user is disabled and signed out everywhere.' };
      }),

    enableUser: recentlyAuthenticatedProcedure
      .input(z.object({ userId: id, reason: statedReason }))
      .output(done)
      .mutation(async ({ ctx, input }) => {
        await accounts.setDisabled(input.userId, false, actorFor(ctx, input));
        return { message: 'The user may sign in again.' };
      }),

    /** Sets a user's role and ends the user's sessions: they sign in again with the new role. */
    setRole: recentlyAuthenticatedProcedure
      .input(z.object({ userId: id, role, ...reasons }))
      .output(done)
      .mutation(async ({ ctx, input }) => {
        await accounts.setRole(input.userId, input.role, actorFor(ctx, input));
        return { message: `The role is ${input.role} from the next sign-in.` };
      }),

    /** Removes an account and ends the user's sessions. */
    removeUser: recentlyAuthenticatedProcedure
      .input(z.object({ userId: id, reason: statedReason }))
      .output(done)
      .mutation(async ({ ctx, input }) => {
        await accounts.remove(input.userId, actorFor(ctx, input));
        return { message: 'The user is removed.' };
      }),
  };
}
