import { availableParallelism } from 'node:os';
import { refuse } from '@latchkey/trpc';
import { type Algorithm, hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { passwordOf } from './account-rules.ts';

/**
 * Parameters of Argon2id: 19 MiB, two passes, one lane, which is OWASP's first choice (ASVS
 * 11.4.2).
 */
export const PARAMETERS = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const;

/**
 * Hashes and verifies passwords with bounded concurrency: each hash takes some 15 ms of a core and
 * 19 MiB.
 */
export interface PasswordHasher {
  /**
   * Hashes a password.
   *
   * @returns a PHC string with its own salt and parameters
   */
  hash(password: string): Promise<string>;
  /** Compares a password with a hash in constant time; false for an invalid hash. */
  matches(passwordHash: string, password: string): Promise<boolean>;
  /**
   * Runs work that ends in a hash, its store query included. When too many passwords are waiting,
   * refuses before any work is done, so that a rush of sign-ins takes neither store connections nor
   * memory from other requests.
   *
   * @throws TRPCError 503 `overloaded` with Retry-After
   */
  admit<T>(work: () => Promise<T>): Promise<T>;
  /** Whether a hash was made with weaker parameters than the current ones. */
  isOutdated(passwordHash: string): boolean;
  /** Number of passwords that wait to be hashed. */
  readonly waiting: number;
}

export interface PasswordHasherOptions {
  /** Maximum number of concurrent hashes. */
  readonly concurrency?: number;
  /**
   * Maximum number of passwords that may wait to be hashed; more are refused (503 with
   * Retry-After).
   */
  readonly maxWaiting?: number;
  readonly parameters?: {
    readonly memoryCost: number;
    readonly timeCost: number;
    readonly parallelism: number;
  };
}

export function passwordHasher({
  concurrency = availableParallelism(),
  maxWaiting = 200,
  parameters = PARAMETERS,
}: PasswordHasherOptions = {}): PasswordHasher {
  const limit = pLimit(concurrency);

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (limit.pendingCount >= maxWaiting) throw refuse('overloaded', { retryAfterSeconds: 2 });
    return limit(work);
  }

  let admitted = 0;

  return {
    get waiting() {
      return limit.pendingCount;
    },
    async admit(work) {
      if (admitted >= maxWaiting + concurrency)
        throw refuse('overloaded', { retryAfterSeconds: 2 });
      admitted++;
      try {
        return await work();
      } finally {
        admitted--;
      }
    },
    hash: (password) => inTurn(() => hash(passwordOf(password), { ...PARAMETERS, ...parameters })),
    matches: (passwordHash, password) =>
      inTurn(() => verify(passwordHash, passwordOf(password)).catch(() => false)),
    isOutdated(passwordHash) {
      const [, memoryCost = 0, timeCost = 0] =
        /^\$argon2id\$v=19\$m=(\d+),t=(\d+),/.exec(passwordHash) ?? [];
      return Number(memoryCost) < parameters.memoryCost || Number(timeCost) < parameters.timeCost;
    },
  };
}
