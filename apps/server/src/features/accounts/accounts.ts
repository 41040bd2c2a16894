import type { Clock, SessionLayer } from '@latchkey/core';
import { refuse } from '@latchkey/trpc';
import type { AuditTrail } from '../audit/audit-trail.ts';
import { accountChanges } from './account-changes.ts';
import type { Accounts } from './accounts-port.ts';
import { impersonationFault } from './names/name-skeleton.ts';
import { isCommonPassword } from './password/common-passwords.ts';
import {
  newOneTimePassword,
  ONE_TIME_PASSWORD_SECONDS,
  oneTimePasswordIn,
} from './password/one-time-password.ts';
import { passwordCheck } from './password/password-check.ts';
import type { PasswordHasher } from './passwords.ts';
import type { UserAccount } from './user-account.ts';
import type { UserStore } from './user-store.ts';

/** Maximum number of administrators whose names are protected from impersonation. */
const MAX_ADMINISTRATORS = 1_000;

export type { Accounts } from './accounts-port.ts';

export interface AccountsDependencies {
  readonly users: UserStore;
  readonly layer: Pick<SessionLayer, 'revokeUserSessions' | 'sessionOf'>;
  readonly trail: AuditTrail;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
}

export async function createAccounts(dependencies: AccountsDependencies): Promise<Accounts> {
  const { users, trail, hasher, clock } = dependencies;
  const { find, change, remove, eventOf } = accountChanges(dependencies);
  const checks = await passwordCheck(dependencies);

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
   * Refuses a password that others know: the one-time password, which an administrator has seen,
   * and the one that it replaced.
   */
  async function refuseKnown(
    { oneTimeUntil, passwordHash, barredHash }: UserAccount,
    password: string,
  ): Promise<void> {
    if (oneTimeUntil === null) return;
    const isKnown =
      (await hasher.matches(passwordHash, oneTimePasswordIn(password))) ||
      (barredHash !== null && (await hasher.matches(barredHash, password)));
    if (isKnown)
      throw refuse('invalid_input', {
        message: 'newPassword: may be known to others. Choose another one.',
      });
  }

  return {
    remove,
    ...checks,

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
      const { passwordHash, oneTimeUntil } = account;
      const isOneTime = oneTimeUntil !== null;
      const right =
        (await hasher.matches(passwordHash, isOneTime ? oneTimePasswordIn(password) : password)) &&
        (!isOneTime || clock.now() < oneTimeUntil);
      if (!right)
        trail.observe({
          kind: 'password.refused',
          ...eventOf(userId, { userId, userAgent: client.userAgent, ipAddress: client.ipAddress }),
        });
      return right;
    },

    async changePassword({ userId, sessionId }, password, { userAgent, ipAddress }) {
      const account = await find(userId);
      await refuseKnown(account, password);
      const passwordHash = await hashNew(password, account.username);
      const by = { userId, userAgent, ipAddress };
      const event = () => ({ kind: 'password.changed' as const, ...eventOf(userId, by) });
      await change(userId, { passwordHash, oneTimeUntil: null, barredHash: null }, by, {
        event,
        endedBy: 'password_changed',
        keep: sessionId,
      });
    },

    async setDisabled(userId, disabled, by) {
      const kind = disabled ? ('user.disabled' as const) : ('user.enabled' as const);
      const disabledReason = disabled ? (by.shownReason ?? null) : null;
      await change(userId, { disabled, disabledReason }, by, {
        event: () => ({ kind, ...eventOf(userId, by) }),
        endedBy: disabled ? 'user_disabled' : null,
      });
    },

    async rescue(userId, by) {
      const password = newOneTimePassword();
      const passwordHash = await hasher.hash(password);
      const now = clock.now();
      const oneTimeUntil = now + ONE_TIME_PASSWORD_SECONDS * 1000;
      const fields = (before: UserAccount) => ({
        passwordHash,
        oneTimeUntil,
        /** A second rescue replaces a one-time password, and goes on barring the first. */
        barredHash: before.oneTimeUntil === null ? before.passwordHash : before.barredHash,
        devicesSince: now,
      });
      const event = () => ({ kind: 'user.rescued' as const, ...eventOf(userId, by) });
      await change(userId, fields, by, { event, endedBy: 'administrator' });
      return { password, expiresAt: oneTimeUntil };
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
