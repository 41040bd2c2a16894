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
 * Writes the audit log: events of a change in its transaction, observations shortly after, in
 * batches.
 */
export interface AuditTrail {
  /** Runs a change and writes its events in one transaction. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Writes the events of a change. Call it within the change's transaction. */
  append(events: readonly Entry[]): Promise<void>;
  /**
   * Queues an observation to be written. Never fails: if the store is down, it is written later.
   */
  observe(event: Entry): void;
  /**
   * Receives the events of the session layer: logs them, and writes those that the layer does not
   * append itself.
   */
  onEvent(event: LayerEvent): void;
  /**
   * Receives the decisions of the request path: writes refused refreshes, once per session and
   * reason in ten minutes.
   */
  onDecision(decision: AuthenticationDecision, at: number): void;
  /**
   * Calls a listener for each event on this node until the returned function is called. The
   * listener must not throw.
   */
  listen(onEntry: (event: LayerEvent | AccountEvent) => void): () => void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

const REPEAT_SECONDS = 600;

/**
 * Creates the audit trail of one node.
 *
 * @param clock times the batches of observations, half a second each
 * @param onEntry called with each event, for metrics
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
  /** When each kind of refusal was last written. */
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
