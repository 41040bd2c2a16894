import type { Actor } from '@latchkey/core';
import { z } from 'zod';

/** What administrators type: bounded, and nothing that PostgreSQL cannot hold. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\0'), 'must not hold a NUL');

export const id = text(256).min(1);

/** How many rows at once. */
export const limit = z.number().int().min(1).max(200).default(50);

/**
 * Nothing that moves or hides what stands beside it: control characters, line separators, marks
 * that turn the direction of writing.
 */
const PLAIN = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;

/** What an administrator notes for the others about an act; it goes into the audit log. */
export const statedReason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(PLAIN, 'must be one line without control characters')
  .refine((value) => value.isWellFormed(), 'holds half a character')
  .optional();

/** Who acts, and why they say they do. */
export function actorFor({ actor }: { readonly actor: Actor }, reason: string | undefined): Actor {
  return { ...actor, statedReason: reason };
}

export const done = z.object({ message: z.string() });
