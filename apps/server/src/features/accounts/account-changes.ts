import type { Actor, Clock, RevocationReason, SessionLayer } from '@latchkey/core';
import { refuse } from '@latchkey/trpc';
import type { AccountEvent } from '../audit/account-event.ts';
import type { AuditTrail } from '../audit/audit-trail.ts';
import type { UserAccount, UserChange } from './user-account.ts';
import type { UserStore } from './user-store.ts';

export interface AccountChangesDependencies {
  readonly users: UserStore;
  readonly layer: Pick<SessionLayer, 'revokeUserSessions' | 'sessionOf'>;
  readonly trail: AuditTrail;
  readonly clock: Clock;
}

/** What follows from a change of an account. */
export interface Consequences {
  readonly event: (before: UserAccount) => AccountEvent;
  /** Why the user's sessions end; null if they continue. */
  readonly endedBy: RevocationReason | null;
  /** The session in which the user made the change, which continues. */
  readonly keep?: string;
}

/** Changes accounts, with everything that follows, in one transaction. */
export interface AccountChanges {
  /** @throws TRPCError 404 for an unknown user */
  find(userId: string): Promise<UserAccount>;
  /**
   * Changes a user.
   *
   * @param fields or a function that returns them for the account before the change
   * @throws TRPCError 404 for an unknown user, 409 for the last administrator, 401 if the session
   *   in which the user made the change has ended meanwhile
   */
  change(
    userId: string,
    fields: UserChange | ((before: UserAccount) => UserChange),
    by: Actor,
    consequences: Consequences,
  ): Promise<void>;
  /** Removes a user and all their data; their events stay in the audit log. */
  remove(userId: string, by: Actor): Promise<void>;
  /** Returns the fields of an event about a user, with the reasons that its actor gives. */
  eventOf(userId: string, by: Actor): ReturnType<typeof eventFields>;
}

export function accountChanges({
  users,
  layer,
  trail,
  clock,
}: AccountChangesDependencies): AccountChanges {
  const eventOf = (userId: string, by: Actor) => eventFields(clock.now(), userId, by);

  async function find(userId: string): Promise<UserAccount> {
    const account = await users.findById(userId);
    if (!account) throw refuse('not_found', { message: 'There is no user with this id.' });
    return account;
  }

  return {
    find,
    eventOf,

    change(userId, fields, by, { event, endedBy, keep }) {
      return trail.transaction(async () => {
        const admins = await users.holdEnabled('Admin');
        const before = await find(userId);
        const change = typeof fields === 'function' ? fields(before) : fields;
        if (isUnchanged(before, change)) return;
        if (change.disabled || (change.role ?? 'Admin') !== 'Admin') keepLast(admins, before);
        if (before.disabled && change.disabled === undefined && keep !== undefined)
          throw refuse('user_gone');
        const after = await users.change(userId, change);
        /** Asked after the row is locked: a rescue may have ended the session meanwhile. */
        if (keep !== undefined && !(await layer.sessionOf(userId, keep)))
          throw refuse('session_revoked');
        await trail.append([event(before)]);
        if (endedBy)
          await layer.revokeUserSessions(userId, endedBy, by, {
            except: keep,
            tokenVersion: after?.tokenVersion,
          });
      });
    },

    remove(userId, by) {
      return trail.transaction(async () => {
        const admins = await users.holdEnabled('Admin');
        const account = await find(userId);
        keepLast(admins, account);
        await users.remove(userId);
        await trail.append([{ kind: 'user.removed', ...eventOf(userId, by) }]);
        await layer.revokeUserSessions(userId, 'user_removed', by, {
          tokenVersion: account.tokenVersion + 1,
        });
      });
    },
  };
}

function keepLast(admins: readonly string[], { id, username }: UserAccount): void {
  if (admins.length === 1 && admins[0] === id)
    throw refuse('conflict', {
      message: `${username} is the last administrator: give another user the role Admin first.`,
    });
}

function eventFields(
  at: number,
  userId: string,
  { userId: actorId, userAgent, ipAddress, statedReason, shownReason }: Actor,
) {
  return {
    at,
    actorId,
    userId,
    sessionId: null,
    userAgent,
    ipAddress,
    ...(statedReason !== undefined && { statedReason }),
    ...(shownReason !== undefined && { shownReason }),
  };
}

function isUnchanged(before: UserAccount, { role, disabled, passwordHash }: UserChange): boolean {
  return (
    passwordHash === undefined &&
    (role ?? before.role) === before.role &&
    (disabled ?? before.disabled) === before.disabled
  );
}
