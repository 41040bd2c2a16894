import type { Client, Clock, LayerEvent, RefreshOutcome } from '@latchkey/core';
import { LRUCache } from 'lru-cache';
import type { AccountEvent } from '../audit/account-event.ts';
import type { InspectorEvent, Party, SessionFact } from './inspector-event.ts';

/** Facts kept of each session, and sessions of which any are kept. */
const KEPT = 50;
const SESSIONS = 200;

/**
 * What happened lately to the sessions of this node, each for its own browser alone. In memory, and
 * gone with the process.
 */
export interface SessionFacts {
  note(sessionId: string, fact: SessionFact): void;
  /** The newest ones, oldest first. */
  of(sessionId: string): readonly InspectorEvent[];
  /** @returns listens no more */
  listen(sessionId: string, onEvent: (event: InspectorEvent) => void): () => void;
}

/**
 * @param currentTrial the number of the trial that the current request is part of, null where it is
 *   part of none
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

/** A security event without whom and where it came from; null for what is not about a session. */
export function factOf(event: LayerEvent | AccountEvent): SessionFact | null {
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

/** What a refresh came to, without what it granted. */
export function factOfRefresh(outcome: RefreshOutcome, by: Party): SessionFact {
  if (outcome.kind === 'refused') return { kind: 'refused', by, reason: outcome.reason };
  const { generation, accessTokenSeconds } = outcome.grant;
  return { kind: 'refreshed', by, decision: outcome.decision, generation, accessTokenSeconds };
}

const THIEF = 'A thief, played by the inspector';

/** How the thief shows itself in logs and lists. */
export const thiefAt = ({ ipAddress }: Client): Client => ({ userAgent: THIEF, ipAddress });

export const partyOf = ({ userAgent }: Client): Party =>
  userAgent === THIEF ? 'thief' : 'browser';
