import type { RotationMatch, RotationNext, SessionStore } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { type Contestant, repeat } from '../measure.ts';

export const SESSIONS = 2_000;
const text = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64url');

/** The values that every rotation writes, prepared, in realistic sizes. */
export const WRITTEN = {
  secretHash: text(32),
  previousSecretHash: text(32),
  sealedSuccessor: text(124),
  idleExpiresAt: 9e15,
  userAgent:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  ipAddress: '203.0.113.7',
} satisfies Partial<RotationNext>;

export const USERNAME = 'alice';

/**
 * Moves a session from `generation` to the next one; resolves to false if the session was not
 * found.
 */
export type Rotate = (sessionId: string, generation: number, now: number) => Promise<boolean>;

export const throughStore =
  (store: SessionStore): Rotate =>
  async (sessionId, generation, now) => {
    const match: RotationMatch = {
      sessionId,
      generation,
      secretHash: WRITTEN.secretHash,
      now,
      deliveredBy: now,
    };
    return (await store.rotate(match, { ...WRITTEN, generation: generation + 1, deliveredAt: now }))
      .won;
  };

/**
 * Creates sessions that look as if they had been rotated before; returns their ids in an order
 * unrelated to their place in the table.
 */
export async function createSessions(store: SessionStore): Promise<string[]> {
  const sessions = Array.from({ length: SESSIONS }, () =>
    sessionRecord({
      ...WRITTEN,
      username: USERNAME,
      generation: 1,
      deliveredAt: 0,
      absoluteExpiresAt: 9e15,
    }),
  );
  for (const session of sessions) await store.create(session);
  return sessions.map(({ id }) => id).sort();
}

/** Repeats the rotation of the given sessions in turn, with `inFlight` at a time. */
export function rotations(
  name: string,
  ids: readonly string[],
  inFlight: number,
  rotate: Rotate,
): Contestant {
  const generations = ids.map(() => 1);
  let next = 0;
  return {
    name,
    round: (seconds) =>
      repeat(seconds, inFlight, async () => {
        const index = next++ % ids.length;
        const generation = generations[index] ?? 1;
        if (!(await rotate(ids[index] ?? '', generation, Date.now())))
          throw new Error(`${name}: a rotation did not match`);
        generations[index] = generation + 1;
      }),
  };
}
