import { z } from 'zod';

const MIN_PASSWORD = 15;
const MAX_PASSWORD = 1024;

/** One spelling for each name, whatever its case, width or composition (Unicode NFKC, lower case; after RFC 8265, UsernameCaseMapped). */
export function usernameOf(typed: string): string {
  return typed.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/** A name somebody chooses. */
export const newUsername = z
  .string()
  .max(256, 'must be at most 64 characters')
  .transform(usernameOf)
  .pipe(
    z
      .string()
      .regex(
        /^(?=[\p{L}\p{N}])(?!.*\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}._@+-]{2,64}$/u,
        'must be 2 to 64 letters, digits or . _ @ + -, and begin with a letter or digit',
      ),
  );

/**
 * A password somebody chooses: long, and anything else goes (ASVS 6.2.1, 6.2.5, 6.2.9). Counted in code points, never cut.
 * Whether it is a common one is checked by `common-passwords.ts`.
 */
export const newPassword = z
  .string()
  .max(MAX_PASSWORD, `must be at most ${MAX_PASSWORD} characters`)
  .refine((password) => password.isWellFormed(), 'holds half a character: type it again')
  .refine(
    (password) => Array.from(passwordOf(password)).length >= MIN_PASSWORD,
    `must be at least ${MIN_PASSWORD} characters: four words that do not belong together will do`,
  );

/** One encoding for each password, so that it does not depend on the keyboard (Unicode NFC; RFC 8265, OpaqueString). Nothing else is changed. */
export function passwordOf(typed: string): string {
  return typed.normalize('NFC');
}
