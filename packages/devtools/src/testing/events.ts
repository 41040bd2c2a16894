import type { InspectorEvent, Party } from '../inspector-event.ts';

let id = 0;

/** Returns an event for tests, one millisecond after the last. */
export function eventOf<Fact extends object>(fact: Fact, at = 1_000 + id): InspectorEvent {
  id += 1;
  return { ...fact, id, at } as unknown as InspectorEvent;
}

export const refreshedOf = (
  generation: number,
  decision = 'rotate',
  by: Party = 'browser',
  more: object = {},
): InspectorEvent =>
  eventOf({ kind: 'refreshed', by, decision, generation, accessTokenSeconds: 60, ...more });

export const timesOf = (count: number, make: () => InspectorEvent): InspectorEvent[] =>
  Array.from({ length: count }, make);

/** Returns the events of a theft that is caught when `by` presents the copied token. */
export const theftCaughtBy = (by: Party): InspectorEvent[] => [
  eventOf({ kind: 'issued' }),
  eventOf({ kind: 'copied', generation: 0 }),
  refreshedOf(1, 'rotate', 'thief'),
  eventOf({ kind: 'waiting', why: 'grace', seconds: 15 }),
  eventOf({ kind: 'skipped', why: 'grace', seconds: 12 }),
  eventOf({ kind: 'due' }),
  eventOf({ kind: 'reuse', by, presentedGeneration: 0, generation: 1, sessionsEnded: 3 }),
  eventOf({ kind: 'refused', by, reason: 'refresh_token_reused' }),
];
