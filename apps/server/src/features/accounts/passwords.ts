import { availableParallelism } from 'node:os';
import { refuse } from '@latchkey/trpc';
import { type Algorithm, hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { passwordOf } from './account-rules.ts';

/** Argon2id, 19 MiB, two passes, one lane: OWASP's first choice (ASVS 11.4.2). */
export const PARAMETERS = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const;

/** Hashes and checks passwords, a few at a time: each costs a core some 15 ms and 19 MiB. */
export interface PasswordHasher {
  /** @returns a PHC string with its own salt and parameters */
  hash(password: string): Promise<string>;
  /** Constant in time for a given hash; false for a hash that is not one. */
  matches(passwordHash: string, password: string): Promise<boolean>;
  /**
   * Does what comes to a hash, its look-up in the store included. Who comes when too many are at it
   * is refused before anything is done, so that a rush of sign-ins takes neither the store's
   * connections nor memory from others.
   *
   * @throws TRPCError 503 `overloaded` with Retry-After
   */
  admit<T>(work: () => Promise<T>): Promise<T>;
  /** Whether a hash was made with less work than one made now. */
  isOutdated(passwordHash: string): boolean;
  /** How many wait for their turn. */
  readonly waiting: number;
}

export interface PasswordHasherOptions {
  /** How many are worked on at once. */
  readonly concurrency?: number;
  /** How many more may wait; who comes then is told to come again (503 with Retry-After). */
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
