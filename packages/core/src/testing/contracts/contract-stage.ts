import type {
  RotationMatch,
  RotationNext,
  SessionRecord,
  SessionStore,
} from '../../session/session-store.ts';
import { T0, text } from './session-record.ts';
import type { TestRunner } from './test-runner.ts';

/** What each part of the session store contract receives. */
export interface ContractStage extends Pick<TestRunner, 'expect' | 'it'> {
  /** The store under test; set once the tests run. */
  readonly store: SessionStore;
  created(fields?: Partial<SessionRecord>): Promise<SessionRecord>;
}

/** Returns the match of a rotation of this session, with some fields replaced. */
export const matching = (
  session: SessionRecord,
  fields: Partial<RotationMatch> = {},
): RotationMatch => ({
  sessionId: session.id,
  generation: session.generation,
  secretHash: session.secretHash,
  now: T0 + 1_000,
  deliveredBy: T0,
  ...fields,
});

/** Returns what a rotation of this session writes, with some fields replaced. */
export const successor = (
  session: SessionRecord,
  fields: Partial<RotationNext> = {},
): RotationNext => ({
  generation: session.generation + 1,
  secretHash: text(32),
  previousSecretHash: session.secretHash,
  sealedSuccessor: text(120),
  deliveredAt: T0 + 1_000,
  idleExpiresAt: T0 + 101_000,
  userAgent: 'rotated',
  ipAddress: '127.0.0.2',
  ...fields,
});

/**
 * Makes many things, fifty at once: a busy database would let some of a thousand callers wait for
 * too long.
 */
export async function inBatches<T>(
  count: number,
  make: (index: number) => Promise<T>,
): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count) {
    const batch = Array.from({ length: Math.min(50, count - made.length) }, (_, index) =>
      make(made.length + index),
    );
    made.push(...(await Promise.all(batch)));
  }
  return made;
}
