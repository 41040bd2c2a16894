import type { Client, Clock, LayerEvent, RefreshOutcome } from '@latchkey/core';
import { LRUCache } from 'lru-cache';
import type { InspectorAnswer, InspectorEvent, Party, SessionFact } from '../inspector-event.ts';
import type { CurrentRequest } from './requests.ts';

/** How many events and answers are kept of each session, and of how many sessions. */
const KEPT = 50;
const SESSIONS = 200;

/** Is called with what happens in a session. */
export interface FactListener {
  onEvent(event: InspectorEvent): void;
  onAnswer(answer: InspectorAnswer): void;
}

/**
 * The recent events of this node's sessions, in memory, and how the requests were answered during
 * which they happened. Each is visible to its session's own browser only.
 */
export interface SessionFacts {
  note(sessionId: string, fact: SessionFact): void;
  noteAnswer(sessionId: string, answer: InspectorAnswer): void;
  /** Returns the newest facts of a session, oldest first. */
  of(sessionId: string): readonly InspectorEvent[];
  /** Returns the newest answers to the requests of a session, oldest first. */
  answersOf(sessionId: string): readonly InspectorAnswer[];
  /**
   * Listens to a session.
   *
   * @returns a function that stops listening
   */
  listen(sessionId: string, listener: FactListener): () => void;
}

/**
 * Creates the record of recent session events.
 *
 * @param currentRequest the request that is being handled; null outside of requests
 */
export function sessionFacts(
  clock: Clock,
  currentRequest: () => CurrentRequest | null,
): SessionFacts {
  const events = new LRUCache<string, readonly InspectorEvent[]>({ max: SESSIONS });
  const answers = new LRUCache<string, readonly InspectorAnswer[]>({ max: SESSIONS });
  const listeners = new Set<{ readonly sessionId: string; readonly listener: FactListener }>();
  let last = 0;

  const listening = (sessionId: string) =>
    [...listeners].filter((one) => one.sessionId === sessionId).map(({ listener }) => listener);

  return {
    note(sessionId, fact) {
      last += 1;
      const current = currentRequest();
      current?.sessionIds.add(sessionId);
      const event: InspectorEvent = {
        ...fact,
        id: last,
        at: clock.now(),
        ...(current && { request: current.request }),
        ...(current && current.trial !== null && { trial: current.trial }),
      };
      events.set(sessionId, [...(events.get(sessionId) ?? []), event].slice(-KEPT));
      for (const { onEvent } of listening(sessionId)) onEvent(event);
    },
    noteAnswer(sessionId, answer) {
      answers.set(sessionId, [...(answers.get(sessionId) ?? []), answer].slice(-KEPT));
      for (const { onAnswer } of listening(sessionId)) onAnswer(answer);
    },
    of: (sessionId) => events.get(sessionId) ?? [],
    answersOf: (sessionId) => answers.get(sessionId) ?? [],
    listen(sessionId, listener) {
      const one = { sessionId, listener };
      listeners.add(one);
      return () => void listeners.delete(one);
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
  return {
    kind: 'reuse',
    by: partyOf(event),
    presentedGeneration,
    generation,
    sessionsEnded: endedSessionIds.length,
  };
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
