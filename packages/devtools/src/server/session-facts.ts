import type { Client, Clock, LayerEvent, RefreshOutcome } from '@latchkey/core';
import { LRUCache } from 'lru-cache';
import type { InspectorEvent, Party, SessionFact } from '../inspector-event.ts';

/** How many events are kept of each session, and of how many sessions. */
const KEPT = 50;
const SESSIONS = 200;

/**
 * The recent events of this node's sessions, in memory. Each is visible to its session's own
 * browser only.
 */
export interface SessionFacts {
  note(sessionId: string, fact: SessionFact): void;
  /** Returns the newest facts of a session, oldest first. */
  of(sessionId: string): readonly InspectorEvent[];
  /**
   * Calls `onEvent` for each new event of a session.
   *
   * @returns a function that stops listening
   */
  listen(sessionId: string, onEvent: (event: InspectorEvent) => void): () => void;
}

/**
 * Creates the record of recent session events.
 *
 * @param currentTrial the trial's number of the current request; null without one
 */
export function sessionFacts(clock: Clock, currentTrial: () => number | null): SessionFacts {
  const kept = new LRUCache<string, readonly InspectorEvent[]>({ max: SESSIONS });
  const listeners = new Set<{
    readonly sessionId: string;
    readonly onEvent: (event: InspectorEvent) => void;
  }>();
  let last = 0;

  return {
    note(sessionId, fact) {
      last += 1;
      const trial = currentTrial();
      const event: InspectorEvent = {
        ...fact,
        id: last,
        at: clock.now(),
        ...(trial !== null && { trial }),
      };
      kept.set(sessionId, [...(kept.get(sessionId) ?? []), event].slice(-KEPT));
      for (const listener of listeners)
        if (listener.sessionId === sessionId) listener.onEvent(event);
    },
    of: (sessionId) => kept.get(sessionId) ?? [],
    listen(sessionId, onEvent) {
      const listener = { sessionId, onEvent };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/**
 * Returns a security event without user and address; null for events that are not about a session.
 */
export function factOf(event: LayerEvent): SessionFact | null {
  if (event.kind === 'session.issued') return { kind: 'issued' };
  if (event.kind === 'session.reauthenticated') return { kind: 'reauthenticated' };
  if (event.kind === 'session.revoked') return { kind: 'revoked', reason: event.reason };
  if (event.kind === 'session.shared' || event.kind === 'session.recovered') {
    const { presentedGeneration, generation } = event;
    return {
      kind: event.kind === 'session.shared' ? 'shared' : 'recovered',
      presentedGeneration,
      generation,
    };
  }
  if (event.kind !== 'session.reuse') return null;
  const { presentedGeneration, generation, endedSessionIds } = event;
  return { kind: 'reuse', presentedGeneration, generation, sessionsEnded: endedSessionIds.length };
}

/** Returns the result of a refresh without its tokens. */
export function factOfRefresh(outcome: RefreshOutcome, by: Party): SessionFact {
  if (outcome.kind === 'refused') return { kind: 'refused', by, reason: outcome.reason };
  const { generation, accessTokenSeconds } = outcome.grant;
  return { kind: 'refreshed', by, decision: outcome.decision, generation, accessTokenSeconds };
}

const THIEF = 'A thief, played by the inspector';

/** Returns the thief as a client, whose user agent is shown in logs and lists. */
export const thiefAt = ({ ipAddress }: Client): Client => ({ userAgent: THIEF, ipAddress });

export const partyOf = ({ userAgent }: Client): Party =>
  userAgent === THIEF ? 'thief' : 'browser';
