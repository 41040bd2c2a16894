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

export const done = z.object({ message: z.string() });
