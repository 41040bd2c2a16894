import { type Clock, type SessionLayer, settleSeconds, startTimer } from '@latchkey/core';
import type { AgeableStore } from './ageable-store.ts';
import type { SessionFacts } from './session-facts.ts';

/**
 * How many seconds must have passed since the last delivery: requests that were sent before it have
 * arrived on a developer's machine. The skip would count later ones as reuse.
 */
const TRANSIT_SECONDS = 1;

export interface SettleDependencies {
  readonly layer: Pick<SessionLayer, 'clock' | 'options' | 'sessionOf'>;
  readonly store: Pick<AgeableStore, 'age'>;
  readonly facts: SessionFacts;
}

/**
 * Lets the settle time of a session's refresh token pass at once, so that its next presentation
 * rotates. Does nothing if it may rotate already.
 */
export async function settleNow(
  { layer, store, facts }: SettleDependencies,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
): Promise<void> {
  const { clock, options } = layer;
  const session = await layer.sessionOf(userId, sessionId);
  if (!session || session.generation === 0) return;
  const transit = session.deliveredAt + TRANSIT_SECONDS * 1000 - clock.now();
  const settledAt = session.deliveredAt + settleSeconds(options.graceSeconds) * 1000;
  if (transit > 0 && settledAt > clock.now()) await passing(clock, transit / 1000);
  const left = settledAt - clock.now();
  if (left <= 0) return;
  store.age(sessionId, Math.ceil(left), clock.now());
  facts.note(sessionId, { kind: 'skipped', why: 'settle', seconds: left / 1000 });
}

/** Resolves once some seconds of a clock have passed. */
export function passing(clock: Clock, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    startTimer(clock, seconds, resolve);
  });
}
