import { z } from 'zod';
import { usernameFault, usernameOf } from './names/username-rules.ts';

export { usernameOf };

const MIN_PASSWORD = 15;
const MAX_PASSWORD = 1024;

/** The schema of a username for a new account. */
export const newUsername = z
  .string()
  // Bounds what is normalized below; the rule is 64 characters after that.
  .max(256, 'must be at most 64 characters')
  .check(({ value, issues }) => {
    const message = usernameFault(value);
    if (message !== null) issues.push({ code: 'custom', input: value, message });
  })
  .transform(usernameOf);

/**
 * The schema of a new password. Only its length is restricted, in code points, and it is never
 * truncated (ASVS 6.2.1, 6.2.5, 6.2.9). `password/common-passwords.ts` rejects common passwords.
 */
export const newPassword = z
  .string()
  .max(MAX_PASSWORD, `must be at most ${MAX_PASSWORD} characters`)
  .refine((password) => password.isWellFormed(), 'holds an incomplete character: type it again')
  .refine(
    (password) => Array.from(passwordOf(password)).length >= MIN_PASSWORD,
    `must be at least ${MIN_PASSWORD} characters: use four unrelated words`,
  );

/**
 * Normalizes a password to Unicode NFC, so that it does not depend on the keyboard (RFC 8265,
 * OpaqueString), and changes nothing else.
 */
export function passwordOf(typed: string): string {
  return typed.normalize('NFC');
}
