import type { Actor } from '@latchkey/core';
import { z } from 'zod';

/**
 * The schema of text that administrators type: of limited length, and without NUL, which PostgreSQL
 * cannot store.
 */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\0'), 'must not hold a NUL');

export const id = text(256).min(1);

/** The schema of the number of rows on one page. */
export const limit = z.number().int().min(1).max(200).default(50);

/**
 * Matches text without the characters that move or hide adjacent text: control characters, line
 * separators, bidirectional marks.
 */
const PLAIN = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;

/**
 * The schema of the reason that an administrator states for an act; it is written to the audit log.
 */
export const statedReason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(PLAIN, 'must be one line without control characters')
  .refine((value) => value.isWellFormed(), 'holds an incomplete character')
  .optional();

/**
 * The input of an act on a user: the reason for the audit log, and the one that the user is shown.
 */
export const reasons = { reason: statedReason, shownReason: statedReason };

/** Returns the actor of a request, with the reasons given. */
export function actorFor(
  { actor }: { readonly actor: Actor },
  { reason, shownReason }: { reason?: string | undefined; shownReason?: string | undefined },
): Actor {
  return { ...actor, statedReason: reason, shownReason };
}

/** The schema of how a text was matched. */
export const textMatch = z.enum(['anywhere', 'beginning']);

export const done = z.object({ message: z.string() });
