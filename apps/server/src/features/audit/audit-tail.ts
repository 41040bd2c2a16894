import { type Clock, type Repetition, repeat } from '@latchkey/core';
import type { AuditRecord, SqlAuditLog } from '@latchkey/sql';

const POLL_SECONDS = 0.5;
/** Maximum number of audit records in one query. */
const PAGE = 200;
/**
 * Number of recent audit records kept in memory; a listener that is further behind reads from the
 * database.
 */
const RECENT = 1_000;
/**
 * Seconds for which a missing id may still appear, longer than any transaction of the app: ids are
 * assigned in one order and committed in another.
 */
const GAP_SECONDS = 10;

/** An audit record, and the position up to which its recipient has seen every record. */
export interface TailedRecord {
  readonly position: number;
  readonly record: AuditRecord;
}

/**
 * Follows the end of the audit log. One reader on this node serves all listeners, and it runs only
 * while there are any.
 */
export interface AuditTail {
  /** Number of listeners. */
  readonly listeners: number;
  /**
   * Yields each record exactly once, in the order of ids, as it is written.
   *
   * @param after the position to resume from; by default the current end
   * @param userId only records about that user
   * @throws StoreUnavailableError
   */
  follow(options: {
    after?: number | undefined;
    userId?: string | undefined;
    signal: AbortSignal;
  }): AsyncGenerator<TailedRecord, void>;
}

export function auditTail(
  { list }: Pick<SqlAuditLog, 'list'>,
  clock: Clock,
  onFault: (error: unknown) => void,
): AuditTail {
  const listeners = new Set<() => void>();
  /** When a record that follows a missing id was first seen. */
  const seenAt = new Map<number, number>();
  let recent: AuditRecord[] = [];
  /** `recent` holds all records after this position. */
  let recentAfter = 0;
  /** All records up to this position are known. */
  let horizon = 0;
  let beginning: Promise<void> | null = null;
  let reading: Repetition | null = null;
  let isFaulty = false;

  function advance(records: readonly AuditRecord[]): boolean {
    const before = horizon;
    const now = clock.now();
    for (const { id } of records) if (!seenAt.has(id)) seenAt.set(id, now);
    for (const record of records) {
      const isExpected =
        record.id === horizon + 1 || now - (seenAt.get(record.id) ?? now) >= GAP_SECONDS * 1000;
      if (!isExpected) break;
      horizon = record.id;
      recent.push(record);
      seenAt.delete(record.id);
    }
    recentAfter = recent.at(-RECENT - 1)?.id ?? recentAfter;
    recent = recent.slice(-RECENT);
    return horizon > before;
  }

  async function begin(): Promise<void> {
    const newest = (await list({ limit: PAGE })).toReversed();
    seenAt.clear();
    recent = [];
    recentAfter = horizon = (newest[0]?.id ?? 1) - 1;
    advance(newest);
    isFaulty = false;
    reading ??= repeat(clock, POLL_SECONDS, readOnce);
  }

  async function readOnce(): Promise<void> {
    if (listeners.size === 0) return end();
    try {
      let isMore = true;
      while (isMore && listeners.size > 0) {
        const records = await list({ after: horizon, limit: PAGE });
        const hasAdvanced = advance(records);
        if (hasAdvanced) for (const wake of listeners) wake();
        isMore = hasAdvanced && records.length === PAGE;
      }
      isFaulty = false;
    } catch (error) {
      if (!isFaulty) onFault(error);
      isFaulty = true;
    }
  }

  function end(): void {
    void reading?.stop();
    reading = null;
    beginning = null;
  }

  /** Reads the records after a position, and returns them with the position after them. */
  async function read(
    position: number,
    userId: string | undefined,
  ): Promise<{ records: AuditRecord[]; next: number }> {
    if (position >= recentAfter)
      return {
        records: recent.filter(
          (record) => record.id > position && (userId === undefined || record.userId === userId),
        ),
        next: horizon,
      };
    const upTo = horizon;
    const records = await list({ after: position, upTo, limit: PAGE, userId });
    return { records, next: records.length < PAGE ? upTo : (records.at(-1)?.id ?? upTo) };
  }

  return {
    get listeners() {
      return listeners.size;
    },

    async *follow({ after, userId, signal }) {
      let wake = () => {};
      const listener = () => wake();
      listeners.add(listener);
      signal.addEventListener('abort', listener);
      try {
        beginning ??= begin().catch((error: unknown) => {
          beginning = null;
          throw error;
        });
        await beginning;
        /**
         * The records behind a gap in the ids that the listener has already received: of these ids,
         * only records that fill the gap are new to it.
         */
        const ahead =
          after === undefined || after > horizon
            ? await list({ after: horizon, upTo: after, limit: PAGE })
            : [];
        const known = new Set(ahead.map(({ id }) => id));
        let position = Math.min(after ?? horizon, horizon);
        let seen = Math.max(after ?? 0, ...known);
        while (!signal.aborted) {
          const { records, next } = await read(position, userId);
          for (const record of records) {
            seen = Math.max(seen, record.id);
            if (!known.has(record.id)) yield { position: seen, record };
          }
          position = next;
          if (position < horizon || signal.aborted) continue;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        listeners.delete(listener);
        signal.removeEventListener('abort', listener);
      }
    },
  };
}
