import { z } from 'zod';
import { usernameFault, usernameOf } from './username-rules.ts';

export { usernameOf };

const MIN_PASSWORD = 15;
const MAX_PASSWORD = 1024;

/** A new username. */
export const newUsername = z
  .string()
  .max(256, 'must be at most 64 characters')
  .check(({ value, issues }) => {
    const message = usernameFault(value);
    if (message !== null) issues.push({ code: 'custom', input: value, message });
  })
  .transform(usernameOf);

/**
 * A new password. Only its length is restricted, in code points, and it is never truncated (ASVS
 * 6.2.1, 6.2.5, 6.2.9). `common-passwords.ts` rejects common passwords.
 */
export const newPassword = z
  .string()
  .max(MAX_PASSWORD, `must be at most ${MAX_PASSWORD} characters`)
  .refine((password) => password.isWellFormed(), 'holds half a character: type it again')
  .refine(
    (password) => Array.from(passwordOf(password)).length >= MIN_PASSWORD,
    `must be at least ${MIN_PASSWORD} characters: use four unrelated words`,
  );

/**
 * Normalizes a password to Unicode NFC, so that it does not depend on the keyboard (RFC 8265,
 * OpaqueString). Nothing else is changed.
 */
export function passwordOf(typed: string): string {
  return typed.normalize('NFC');
}
