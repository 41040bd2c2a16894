import { z } from 'zod';
import { faultsOf, OptionsError } from './lib/options-error.ts';
import { settleSeconds } from './session/rotation-rule.ts';

const seconds = z.number('must be a number of seconds');

/** The highest `maxSessionsPerUser`: every sign-in reads up to this many sessions of its user. */
const MOST_SESSIONS = 1_000;
const SESSIONS = `must be a whole number from 1 to ${MOST_SESSIONS}; leave it out for 100`;

const schema = z
  .strictObject({
    issuer: z
      .string()
      .min(1, 'must not be empty')
      .max(64, 'must be at most 64 characters')
      .default('latchkey'),
    audience: z
      .string()
      .min(1, 'must not be empty')
      .max(64, 'must be at most 64 characters')
      .default('latchkey'),
    accessTokenSeconds: seconds.positive('must be more than 0').default(600),
    graceSeconds: seconds.min(0, 'must be 0 (each refresh token works once) or more').optional(),
    idleSeconds: seconds.default(604_800),
    maxSeconds: seconds
      .max(34_560_000, 'must be at most 34560000 (400 days, as long as browsers keep a cookie)')
      .default(2_592_000),
    clockToleranceSeconds: seconds
      .min(0, 'must be 0 or more')
      .max(300, 'must be at most 300')
      .default(0),
    maxSessionsPerUser: z.int(SESSIONS).min(1, SESSIONS).max(MOST_SESSIONS, SESSIONS).default(100),
    onReuse: z.enum(['user', 'session'], "must be 'user' or 'session'").default('user'),
  })
  .transform((options) => ({
    ...options,
    graceSeconds: options.graceSeconds ?? Math.min(30, options.accessTokenSeconds / 4),
  }))
  .check(({ value, issues }) => {
    const fault = (path: keyof typeof value, message: string) =>
      issues.push({ code: 'custom', path: [path], input: value[path], message });
    if (value.accessTokenSeconds < settleSeconds(value.graceSeconds))
      fault(
        'graceSeconds',
        `must be at most a quarter of accessTokenSeconds (${value.accessTokenSeconds / 4}), ` +
          'so that every ordinary refresh rotates',
      );
    if (value.idleSeconds <= value.accessTokenSeconds)
      fault(
        'idleSeconds',
        `must be more than accessTokenSeconds (${value.accessTokenSeconds}), ` +
          'or no session would live to its first refresh',
      );
    if (value.maxSeconds < value.idleSeconds)
      fault('maxSeconds', `must be at least idleSeconds (${value.idleSeconds})`);
  });

/** The options of the session layer, complete and cross-checked. Durations are in seconds. */
export interface SessionOptions {
  /** The access token's `iss` (RFC 7519); `latchkey` by default. */
  readonly issuer: string;
  /** The access token's `aud` (RFC 7519); `latchkey` by default. */
  readonly audience: string;
  /** Lifetime of an access token; 600 by default. */
  readonly accessTokenSeconds: number;
  /**
   * How long a request or a response may be in transit; by default 30, or a quarter of
   * `accessTokenSeconds` if that is less. The previous refresh token is accepted until the browser
   * has presented its successor, and for this long after; 0 makes every refresh token single-use.
   */
  readonly graceSeconds: number;
  /** A session expires this long after its last rotation; 7 days by default. */
  readonly idleSeconds: number;
  /** A session expires this long after sign-in at the latest; 30 days by default. */
  readonly maxSeconds: number;
  /** Clock skew tolerated when an access token's expiry is checked; 0 by default. */
  readonly clockToleranceSeconds: number;
  /**
   * How many live sessions a user may have; 100 by default. A sign-in beyond it succeeds and
   * revokes the oldest session, with the reason `session_limit`.
   */
  readonly maxSessionsPerUser: number;
  /**
   * What is revoked when a refresh token is reused: every session of the user (`user`, the
   * default), or its own (`session`).
   */
  readonly onReuse: 'user' | 'session';
}

/** The options of the session layer; each has a default. Durations may be fractions of seconds. */
export type SessionOptionsInput = {
  readonly [Name in keyof SessionOptions]?: SessionOptions[Name] | undefined;
};

/**
 * Checks the options of a session layer and fills in the defaults.
 *
 * @throws OptionsError listing every fault with its fix
 * @example
 * import { parseSessionOptions } from '@latchkey/core';
 *
 * const options = parseSessionOptions({ accessTokenSeconds: 300, onReuse: 'session' });
 * console.log(options.graceSeconds); // 30
 */
export function parseSessionOptions(input: SessionOptionsInput = {}): SessionOptions {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new OptionsError(faultsOf(parsed.error, input));
}
