import type { Actor, Client, Clock, Grant, RevocationReason, SessionLayer, User } from '@latchkey/core';
import type { UserAccount, UserChange, UserStore } from '@latchkey/sql';
import { refuse } from '@latchkey/trpc';
import type { Role } from '../../trpc.ts';
import type { AccountEvent } from '../audit/account-event.ts';
import type { AuditTrail } from '../audit/audit-trail.ts';
import { usernameOf } from './account-rules.ts';
import { isCommonPassword } from './common-passwords.ts';
import type { PasswordHasher } from './passwords.ts';

export interface AccountsDependencies {
  readonly users: UserStore;
  readonly layer: Pick<SessionLayer, 'issue' | 'revokeAllOfUser'>;
  readonly trail: AuditTrail;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
}

/** The people of the reference app. Every change is kept with its audit event and its revocations, or not at all. */
export interface Accounts {
  /** The user of a right pair; `null` for any wrong one, after the same work. */
  checkPassword(username: string, password: string, client: Client): Promise<User | null>;
  /** @throws TRPCError 409 when the name is taken, 400 for a common password */
  create(account: { username: string; password: string; role: Role }, by: Actor | Client): Promise<User>;
  /** Replaces the password, ends every session and starts one for whoever changed it. @throws TRPCError 400 for a common password */
  changePassword(userId: string, password: string, client: Client): Promise<Grant>;
  /** Whether it is the user's password. */
  confirmPassword(userId: string, password: string, client: Client): Promise<boolean>;
  /** @throws TRPCError 404, or 409 for the last administrator */
  setDisabled(userId: string, disabled: boolean, by: Actor): Promise<void>;
  /** Ends the user's sessions: they sign in again with the new role. @throws TRPCError 404, or 409 for the last administrator */
  setRole(userId: string, role: Role, by: Actor): Promise<void>;
}

export async function createAccounts({ users, layer, trail, hasher, clock }: AccountsDependencies): Promise<Accounts> {
  /** Nobody's password: checked when there is no user, so that absence takes as long as a wrong guess (ASVS 6.3.8). */
  const nobody = await hasher.hash(crypto.randomUUID());

  async function find(userId: string): Promise<UserAccount> {
    const account = await users.findById(userId);
    if (!account) throw refuse('not_found', { message: 'There is no such user.' });
    return account;
  }

  async function hashNew(password: string, username: string): Promise<string> {
    if (await isCommonPassword(password, username))
      throw refuse('invalid_input', { message: 'password: is easy to guess. Take four words that do not belong together, and that nobody connects with you.' });
    return hasher.hash(password);
  }

  /** One change of a user with everything that follows from it. */
  function change(userId: string, fields: UserChange, reason: RevocationReason, by: Actor, events: (before: UserAccount) => readonly AccountEvent[]) {
    return trail.transaction(async () => {
      const before = await find(userId);
      const after = await users.change(userId, fields);
      if (!after) throw refuse('not_found', { message: 'There is no such user.' });
      if (before.role === 'Admin' && !before.disabled && (await users.countEnabled('Admin')) === 0)
        throw refuse('conflict', { message: `${before.username} is the last administrator: make somebody else one first.` });
      await trail.append(events(before));
      await layer.revokeAllOfUser(userId, reason, by);
      return after;
    });
  }

  const eventOf = (userId: string, { userId: actorId, userAgent, ipAddress }: Actor) => ({
    at: clock.now(),
    actorId,
    userId,
    sessionId: null,
    userAgent,
    ipAddress,
  });

  return {
    async checkPassword(username, password, client) {
      const account = await users.findAccount(usernameOf(username));
      const right = await hasher.matches(account?.passwordHash ?? nobody, password);
      if (account && right && !account.disabled) {
        if (hasher.isOutdated(account.passwordHash)) await users.rehash(account.id, account.passwordHash, await hasher.hash(password));
        return userOf(account);
      }
      const reason = !account ? 'unknown_user' : right ? 'user_disabled' : 'wrong_password';
      trail.observe({ kind: 'sign_in.refused', at: clock.now(), actorId: null, userId: account?.id ?? null, sessionId: null, reason, ...client });
      return null;
    },

    async create({ username, password, role }, by) {
      const passwordHash = await hashNew(password, username);
      const id = crypto.randomUUID();
      const actor = 'userId' in by ? by : { ...by, userId: id };
      return trail.transaction(async () => {
        const created = await users.create({ id, username, role, passwordHash, createdAt: clock.now() });
        if (!created) throw refuse('conflict', { message: `username: ${username} is taken. Choose another one.` });
        await trail.append([{ kind: 'user.created', ...eventOf(id, actor), username, role }]);
        return { id, username, role, tokenVersion: 0, disabled: false };
      });
    },

    async confirmPassword(userId, password, client) {
      const account = await find(userId);
      const right = await hasher.matches(account.passwordHash, password);
      if (!right) trail.observe({ kind: 'password.refused', ...eventOf(userId, { ...client, userId }) });
      return right;
    },

    async changePassword(userId, password, client) {
      const { username } = await find(userId);
      const passwordHash = await hashNew(password, username);
      const by = { ...client, userId };
      return trail.transaction(async () => {
        const user = await change(userId, { passwordHash }, 'password_changed', by, () => [{ kind: 'password.changed', ...eventOf(userId, by) }]);
        return layer.issue(userOf(user), client);
      });
    },

    async setDisabled(userId, disabled, by) {
      const kind = disabled ? 'user.disabled' : 'user.enabled';
      await change(userId, { disabled }, 'user_disabled', by, () => [{ kind, ...eventOf(userId, by) }]);
    },

    async setRole(userId, role, by) {
      await change(userId, { role }, 'role_changed', by, (before) => [{ kind: 'role.changed', ...eventOf(userId, by), from: before.role, to: role }]);
    },
  };
}

/** What the session layer may know of an account: not the hash. */
function userOf({ id, username, role, tokenVersion, disabled }: UserAccount): User {
  return { id, username, role, tokenVersion, disabled };
}
