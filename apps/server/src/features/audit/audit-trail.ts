import {
  type BatchWriter,
  batchWriter,
  type Clock,
  type LayerEvent,
  type SecurityEvent,
} from '@latchkey/core';
import type { AuthenticationDecision } from '@latchkey/http';
import type { SqlAuditLog } from '@latchkey/sql';
import { LRUCache } from 'lru-cache';
import type { Logger } from '../../process/log.ts';
import { logSecurityEvent } from '../../process/log.ts';
import type { AccountEvent } from './account-event.ts';

type Entry = AccountEvent | SecurityEvent;

/**
 * Where whatever happens is kept: what changes something in the transaction of the change, what was
 * only seen a moment later, in batches.
 */
export interface AuditTrail {
  /** Runs a change and keeps its events, both or neither. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** For events of a change: call it within the change's transaction. */
  append(events: readonly Entry[]): Promise<void>;
  /** For what changes nothing. Never fails; a store that is out gets it later. */
  observe(event: Entry): void;
  /** For the session layer: logs, and observes what it does not append itself. */
  onEvent(event: LayerEvent): void;
  /**
   * For the request path: observes refused refreshes, each session and reason once in ten minutes,
   * however often a browser repeats it.
   */
  onDecision(decision: AuthenticationDecision, at: number): void;
  /**
   * Calls back for everything that happens on this node, until the returned function is called.
   * Must not throw.
   */
  listen(onEntry: (event: LayerEvent | AccountEvent) => void): () => void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

const REPEAT_SECONDS = 600;

/**
 * @param clock what is only seen is written half a second later on it
 * @param onEntry is told of everything, for counting
 */
export function auditTrail(
  log: SqlAuditLog,
  logger: Logger,
  clock: Clock,
  onEntry: (event: LayerEvent | AccountEvent) => void = () => {},
): AuditTrail {
  const observed: BatchWriter<Entry> = batchWriter({
    write: (batch) => log.append(batch as readonly SecurityEvent[]),
    onDelay: ({ pending, dropped, error }) =>
      logger.warn({ event: 'audit.delayed', pending, dropped, err: error }),
    intervalSeconds: 0.5,
    capacity: 10_000,
    clock,
  });
  const listeners = new Set([onEntry]);
  const tell = (event: LayerEvent | AccountEvent) => {
    for (const listener of listeners) listener(event);
  };
  /** When each refusal was last kept. */
  const refusals = new LRUCache<string, number>({ max: 10_000 });

  return {
    transaction: (work) => log.transaction(work),
    append: (events) => log.append(events as readonly SecurityEvent[]),
    observe(event) {
      tell(event);
      observed.push(event);
    },
    onEvent(event) {
      logSecurityEvent(logger, event);
      tell(event);
      if (event.kind === 'session.shared' || event.kind === 'session.recovered')
        observed.push(event);
    },
    onDecision({ session: { refreshed, client } }, at) {
      if (
        refreshed?.kind !== 'refused' ||
        refreshed.sessionId === null ||
        refreshed.reason === 'refresh_token_reused'
      )
        return;
      const { reason, sessionId, userId } = refreshed;
      const key = `${sessionId} ${reason}`;
      if (at - (refusals.get(key) ?? Number.NEGATIVE_INFINITY) < REPEAT_SECONDS * 1000) return;
      refusals.set(key, at);
      observed.push({
        kind: 'refresh.refused',
        at,
        actorId: null,
        userId,
        sessionId,
        reason,
        ...client,
      });
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    flush: () => observed.flush(),
    close: () => observed.close(),
  };
}
