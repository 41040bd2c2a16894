import { type PasswordHasher, passwordHasher } from '../features/accounts/passwords.ts';

/** The smallest cost parameters that Argon2 allows. */
const MIN_PARAMETERS = { memoryCost: 8, timeCost: 1, parallelism: 1 };

/**
 * Creates a hasher with minimal cost, instead of 14 ms of a core and 19 MiB for each hash: for
 * tests that are not about hashing.
 */
export const cheapHasher = (): PasswordHasher => passwordHasher({ parameters: MIN_PARAMETERS });
