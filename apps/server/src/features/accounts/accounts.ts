import type { Actor, Clock, RevocationReason, SessionLayer, User } from '@latchkey/core';
import { refuse } from '@latchkey/trpc';
import type { AccountEvent } from '../audit/account-event.ts';
import type { AuditTrail } from '../audit/audit-trail.ts';
import { SIGN_UP_AGAIN_SECONDS } from '../limits/limits.ts';
import { usernameOf } from './account-rules.ts';
import type { Accounts } from './accounts-port.ts';
import { isCommonPassword } from './common-passwords.ts';
import { impersonationFault } from './name-skeleton.ts';
import type { PasswordHasher } from './passwords.ts';
import type { UserAccount, UserChange, UserStore } from './user-store.ts';

/** Maximum number of administrators whose names are protected from impersonation. */
const MAX_ADMINISTRATORS = 1_000;

export type { Accounts } from './accounts-port.ts';

export interface AccountsDependencies {
  readonly users: UserStore;
  readonly layer: Pick<SessionLayer, 'revokeUserSessions'>;
  readonly trail: AuditTrail;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
}

export async function createAccounts({
  users,
  layer,
  trail,
  hasher,
  clock,
}: AccountsDependencies): Promise<Accounts> {
  /** Verified for an unknown user, so that it takes as long as a wrong password (ASVS 6.3.8). */
  const dummyHash = await hasher.hash(crypto.randomUUID());

  async function find(userId: string): Promise<UserAccount> {
    const account = await users.findById(userId);
    if (!account) throw refuse('not_found', { message: 'There is no user with this id.' });
    return account;
  }

  /** Refuses a new name that users could mistake for an administrator's in lists and messages. */
  async function refuseImitation(username: string): Promise<void> {
    const privileged = await users.list({ role: 'Admin', limit: MAX_ADMINISTRATORS });
    const fault = impersonationFault(
      username,
      privileged.map((user) => user.username),
    );
    if (fault !== null) throw refuse('invalid_input', { message: `username: ${fault}.` });
  }

  async function hashNew(password: string, username: string): Promise<string> {
    if (await isCommonPassword(password, username))
      throw refuse('invalid_input', {
        message:
          'password: is easy to guess. Use four unrelated words that have nothing to do with you.',
      });
    return hasher.hash(password);
  }

  /**
   * Changes a user and everything that follows from it in one transaction. The session `keep`
   * continues; with `endedBy` null, no session ends.
   */
  function change(
    userId: string,
    fields: UserChange,
    by: Actor,
    {
      event,
      endedBy,
      keep,
    }: {
      event: (before: UserAccount) => AccountEvent;
      endedBy: RevocationReason | null;
      keep?: string;
    },
  ): Promise<void> {
    return trail.transaction(async () => {
      const admins = await users.holdEnabled('Admin');
      const before = await find(userId);
      if (isUnchanged(before, fields)) return;
      if (fields.disabled || (fields.role ?? 'Admin') !== 'Admin') keepLast(admins, before);
      if (before.disabled && fields.disabled === undefined && keep !== undefined)
        throw refuse('user_gone');
      const after = await users.change(userId, fields);
      await trail.append([event(before)]);
      if (endedBy)
        await layer.revokeUserSessions(userId, endedBy, by, {
          except: keep,
          tokenVersion: after?.tokenVersion,
        });
    });
  }

  /** Removes a user and all their data; their events stay in the audit log. */
  function remove(userId: string, by: Actor): Promise<void> {
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
  }

  /**
   * Rehashes a password at sign-in; when the hasher is overloaded, a later sign-in does so.
   */
  async function rehash({ id, passwordHash }: UserAccount, password: string): Promise<void> {
    const renewed = await hasher.hash(password).catch(() => null);
    if (renewed) await users.rehash(id, passwordHash, renewed);
  }

  function keepLast(admins: readonly string[], { id, username }: UserAccount): void {
    if (admins.length === 1 && admins[0] === id)
      throw refuse('conflict', {
        message: `${username} is the last administrator: give another user the role Admin first.`,
      });
  }

  const eventOf = (
    userId: string,
    { userId: actorId, userAgent, ipAddress, statedReason }: Actor,
  ) => ({
    at: clock.now(),
    actorId,
    userId,
    sessionId: null,
    userAgent,
    ipAddress,
    ...(statedReason !== undefined && { statedReason }),
  });

  return {
    remove,

    async checkPassword(username, password, client) {
      const account = await users.findAccount(usernameOf(username));
      const right = await hasher.matches(account?.passwordHash ?? dummyHash, password);
      if (account && right && !account.disabled) {
        if (hasher.isOutdated(account.passwordHash)) await rehash(account, password);
        return userOf(account);
      }
      const reason = !account ? 'unknown_user' : right ? 'user_disabled' : 'wrong_password';
      trail.observe({
        kind: 'sign_in.refused',
        at: clock.now(),
        actorId: null,
        userId: account?.id ?? null,
        sessionId: null,
        reason,
        userAgent: client.userAgent,
        ipAddress: client.ipAddress,
      });
      return null;
    },

    async findNew(username, password) {
      const account = await users.findAccount(usernameOf(username));
      const isNew =
        account &&
        !account.disabled &&
        clock.now() - account.createdAt < SIGN_UP_AGAIN_SECONDS * 1000;
      return isNew && (await hasher.matches(account.passwordHash, password))
        ? userOf(account)
        : null;
    },

    async create({ username, password, role }, by) {
      await refuseImitation(username);
      const passwordHash = await hashNew(password, username);
      const id = crypto.randomUUID();
      const actor = 'userId' in by ? by : { ...by, userId: id };
      return trail.transaction(async () => {
        const created = await users.create({
          id,
          username,
          role,
          passwordHash,
          createdAt: clock.now(),
        });
        if (!created)
          throw refuse('conflict', {
            message: `username: ${username} is taken. Choose another one.`,
          });
        await trail.append([{ kind: 'user.created', ...eventOf(id, actor), username, role }]);
        return { id, username, role, tokenVersion: 0, disabled: false };
      });
    },

    async confirmPassword({ userId }, password, client) {
      const account = await find(userId);
      const right = await hasher.matches(account.passwordHash, password);
      if (!right)
        trail.observe({
          kind: 'password.refused',
          ...eventOf(userId, { userId, userAgent: client.userAgent, ipAddress: client.ipAddress }),
        });
      return right;
    },

    async changePassword({ userId, sessionId }, password, { userAgent, ipAddress }) {
      const { username } = await find(userId);
      const passwordHash = await hashNew(password, username);
      const by = { userId, userAgent, ipAddress };
      const event = () => ({ kind: 'password.changed' as const, ...eventOf(userId, by) });
      await change(userId, { passwordHash }, by, {
        event,
        endedBy: 'password_changed',
        keep: sessionId,
      });
    },

    async setDisabled(userId, disabled, by) {
      const kind = disabled ? ('user.disabled' as const) : ('user.enabled' as const);
      await change(userId, { disabled }, by, {
        event: () => ({ kind, ...eventOf(userId, by) }),
        endedBy: disabled ? 'user_disabled' : null,
      });
    },

    async setRole(userId, role, by) {
      const event = (before: UserAccount) => ({
        kind: 'role.changed' as const,
        ...eventOf(userId, by),
        from: before.role,
        to: role,
      });
      await change(userId, { role }, by, { event, endedBy: 'role_changed' });
    },
  };
}

/** The account's fields for the session layer, without the hash. */
function userOf({ id, username, role, tokenVersion, disabled }: UserAccount): User {
  return { id, username, role, tokenVersion, disabled };
}

function isUnchanged(before: UserAccount, { role, disabled, passwordHash }: UserChange): boolean {
  return (
    passwordHash === undefined &&
    (role ?? before.role) === before.role &&
    (disabled ?? before.disabled) === before.disabled
  );
}
