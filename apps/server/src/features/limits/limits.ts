import { type Clock, hashSecret } from '@latchkey/core';
import { addressKey } from '@latchkey/http';
import { refuse } from '@latchkey/trpc';
import type { Counters } from './counters.ts';
import { type Limiter, limiter } from './limiter.ts';

/** The kinds of rate limits: a closed set, because metrics use them as labels. */
export const LIMIT_KINDS = [
  'sign_in_account',
  'sign_in_address',
  'sign_in_device',
  'sign_up_address',
  'sign_up_again',
  'reauthentication',
  'password_change',
] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

export interface LimitOptions {
  /**
   * Maximum number of wrong passwords for one account from unknown devices, in a window; the same
   * for each known device, and for each session.
   */
  readonly signInAttempts: number;
  /** Maximum number of wrong passwords from one IP address, in a window. */
  readonly signInAttemptsPerAddress: number;
  readonly signInWindowSeconds: number;
  /** Maximum number of accounts created from one IP address in an hour. */
  readonly signUpsPerAddress: number;
}

/** One attempt to sign in. */
export interface SignInAttempt {
  /** The normalized username, whether or not the user exists. */
  readonly username: string;
  readonly ipAddress: string | null;
  /** The id of the device, if this user has signed in from it before. */
  readonly deviceId: string | null;
}

/**
 * Rate limits. An attempt over a limit is refused with `rate_limited` (429) and the seconds to
 * wait, before any costly work (ASVS 6.3.1, OWASP Authentication Cheat Sheet).
 */
export interface Limits {
  /**
   * Runs a password check under the limits of sign-in.
   *
   * @param check resolves to null for a wrong guess; only those count
   * @throws TRPCError 429
   * @throws StoreUnavailableError
   */
  signIn<T>(attempt: SignInAttempt, check: () => Promise<T | null>): Promise<T | null>;
  /**
   * Runs a password check under the limit of a session.
   *
   * @param check resolves to false for a wrong guess
   * @throws TRPCError 429
   * @throws StoreUnavailableError
   */
  reauthenticate(sessionId: string, check: () => Promise<boolean>): Promise<boolean>;
  /**
   * Charges one new account to an IP address.
   *
   * @throws TRPCError 429
   * @throws StoreUnavailableError
   */
  signUp(ipAddress: string | null): Promise<void>;
  /**
   * Charges a repeated sign-up to a new account.
   *
   * @param check resolves to null for another password
   * @throws TRPCError 429
   * @throws StoreUnavailableError
   */
  signUpAgain<T>(username: string, check: () => Promise<T | null>): Promise<T | null>;
  /**
   * Charges one change of a password, even if the current one is not required: each costs a hash
   * and a rating.
   *
   * @throws TRPCError 429
   * @throws StoreUnavailableError
   */
  changePassword(userId: string): Promise<void>;
  /**
   * Resets the attempts on an account.
   *
   * @returns whether there were any
   */
  unlock(username: string): Promise<boolean>;
  /** Resets the password changes of a user. */
  allowPasswordChange(userId: string): Promise<void>;
  /** Registers a listener for refused attempts. */
  onLimited(listener: LimitListener): void;
}

/**
 * Receives each refused attempt.
 *
 * @param key what was counted: an address or its network, a session's id, or the hash of a name
 */
export type LimitListener = (kind: LimitKind, key: string, retryAfterSeconds: number) => void;

/** The longest wait for a sign-in, as a number of windows. */
export const LONGEST_WAIT_WINDOWS = 4;
/** Seconds within which a sign-up whose answer was lost may be repeated. */
export const SIGN_UP_AGAIN_SECONDS = 600;
/** Maximum number of wrong passwords for a new account in repeated sign-ups. */
const SIGN_UPS_AGAIN = 5;
/** Maximum number of password changes of one user in a window (SIGN_IN_WINDOW_SECONDS). */
export const PASSWORD_CHANGES = 10;

type Charge = readonly [kind: LimitKind, key: string];

export function createLimits(
  options: LimitOptions,
  { counters, clock }: { readonly counters: Counters; readonly clock: Clock },
): Limits {
  const listeners: LimitListener[] = [];
  const {
    signInAttempts,
    signInAttemptsPerAddress,
    signInWindowSeconds: windowSeconds,
    signUpsPerAddress,
  } = options;
  const now = () => clock.now();
  const window = { counters, now, windowSeconds };
  const limiters: Readonly<Record<LimitKind, Limiter>> = {
    sign_in_account: limiter({
      ...window,
      name: 'sign-in-account',
      points: signInAttempts,
      longestWaitWindows: LONGEST_WAIT_WINDOWS,
    }),
    sign_in_address: limiter({
      ...window,
      name: 'sign-in-address',
      points: signInAttemptsPerAddress,
      longestWaitWindows: LONGEST_WAIT_WINDOWS,
    }),
    sign_in_device: limiter({ ...window, name: 'sign-in-device', points: signInAttempts }),
    sign_up_address: limiter({
      counters,
      now,
      windowSeconds: 3_600,
      name: 'sign-up-address',
      points: signUpsPerAddress,
    }),
    sign_up_again: limiter({
      counters,
      now,
      windowSeconds: SIGN_UP_AGAIN_SECONDS,
      name: 'sign-up-again',
      points: SIGN_UPS_AGAIN,
    }),
    reauthentication: limiter({ ...window, name: 'reauthentication', points: signInAttempts }),
    password_change: limiter({ ...window, name: 'password-change', points: PASSWORD_CHANGES }),
  };

  async function take([kind, key]: Charge): Promise<void> {
    const admission = await limiters[kind].take(key);
    if (admission.kind === 'admitted') return;
    for (const listener of listeners) listener(kind, key, admission.retryAfterSeconds);
    throw refuse('rate_limited', { retryAfterSeconds: admission.retryAfterSeconds });
  }

  /**
   * Charges the address first and then the account, so that a refused address does not use up the
   * account's attempts.
   */
  async function guess<T>(
    charges: readonly Charge[],
    check: () => Promise<T>,
    isWrong: (result: T) => boolean,
  ): Promise<T> {
    for (const charge of charges) await take(charge);
    let counts = false;
    try {
      const result = await check();
      counts = isWrong(result);
      return result;
    } finally {
      if (!counts) await Promise.all(charges.map(([kind, key]) => limiters[kind].refund(key)));
    }
  }

  return {
    signIn({ username, ipAddress, deviceId }, check) {
      const account = accountKey(username);
      const charges: Charge[] =
        deviceId === null
          ? [
              ['sign_in_address', addressKey(ipAddress)],
              ['sign_in_account', account],
            ]
          : [['sign_in_device', `${account}:${deviceId}`]];
      return guess(charges, check, (user) => user === null);
    },
    reauthenticate: (sessionId, check) =>
      guess([['reauthentication', sessionId]], check, (right) => !right),
    signUp: (ipAddress) => take(['sign_up_address', addressKey(ipAddress)]),
    signUpAgain: (username, check) =>
      guess([['sign_up_again', accountKey(username)]], check, (user) => user === null),
    changePassword: (userId) => take(['password_change', userId]),
    unlock: (username) => limiters.sign_in_account.forget(accountKey(username)),
    allowPasswordChange: async (userId) => void (await limiters.password_change.forget(userId)),
    onLimited: (listener) => void listeners.push(listener),
  };
}

/**
 * Returns the key of an account's counter. The name is hashed, because users may type their
 * password into the wrong field.
 */
function accountKey(username: string): string {
  return hashSecret(Buffer.from(username));
}
