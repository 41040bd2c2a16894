import { setImmediate } from 'node:timers/promises';
import { AUDIT_COLUMNS } from '@latchkey/sql';
import { type RawBuilder, sql } from 'kysely';
import type { AppDatabase } from '../../../services/app-database.ts';
import type { IdRange } from './audit-spans.ts';
import { IdLists, type IdSource, type Order } from './id-lists.ts';

/** Number of events that a page looks at before it is returned unfilled. */
const LOOKED_AT = 10_000;
/** As above, where each is compared with a text. */
const COMPARED = 4_000;
/** Number of events that one statement looks at: those of SQLite hold up requests. */
const SLICE = { sqlite: 500, postgres: 2_000 };

export interface EventSearch {
  /**
   * The ways to find the events: each is a set of lists that contain all of them. The one that
   * needs the fewest ids is used.
   */
  readonly ways: readonly (readonly IdSource[])[];
  /** What the events must fulfil, whichever way they are found. */
  readonly conditions: readonly RawBuilder<boolean>[];
  /** Whether one of the conditions is about a text. */
  readonly hasText: boolean;
  /** The ranges of ids to search, in the order of the search. */
  readonly ranges: readonly IdRange[];
  readonly order: Order;
  readonly limit: number;
}

/**
 * Finds events in the order of their ids. It looks at a limited number of them.
 *
 * @returns the ids of the events, at most `limit`; `searchedTo` is the last id that was looked at if
 *   there may be more events after it
 * @throws StoreUnavailableError
 */
export async function findEvents(
  database: Pick<AppDatabase, 'run' | 'kind'>,
  { ways, conditions, hasText, ranges, order, limit }: EventSearch,
): Promise<{ readonly ids: number[]; readonly searchedTo: number | null }> {
  const found: number[] = [];
  const size = SLICE[database.kind];
  let left = hasText ? COMPARED : LOOKED_AT;
  for (const range of ranges) {
    if (range.below - range.above <= 1) continue;
    const lists = await shortestOf(
      ways.map((sources) => new IdLists(database, sources, { range, order, limit })),
      order,
    );
    for (let ids = await lists.next(); ids.length > 0; ids = await lists.next())
      for (let at = 0; at < ids.length; at += size) {
        const slice = ids.slice(at, at + Math.min(size, left));
        found.push(
          ...(await fulfilling(database, slice, {
            conditions,
            order,
            limit: limit - found.length,
          })),
        );
        if (found.length >= limit) return { ids: found, searchedTo: found.at(-1) ?? null };
        left -= slice.length;
        if (left <= 0) return { ids: found, searchedTo: slice.at(-1) ?? null };
      }
  }
  return { ids: found, searchedTo: null };
}

/** Reads the beginning of each way, and returns the one that reached furthest. */
async function shortestOf(ways: readonly IdLists[], order: Order): Promise<IdLists> {
  const [first, ...others] = ways;
  if (!first) throw new Error('a search needs a way');
  if (others.length === 0) return first;
  await first.read();
  let best = first;
  for (const way of others) {
    if (best.depth === null) break;
    await way.read();
    if (way.depth === null || (order === 'desc' ? way.depth < best.depth : way.depth > best.depth))
      best = way;
  }
  return best;
}

/** Returns those of the ids whose events fulfil the conditions. */
async function fulfilling(
  { run, kind }: Pick<AppDatabase, 'run' | 'kind'>,
  ids: readonly number[],
  { conditions, order, limit }: Pick<EventSearch, 'conditions' | 'order' | 'limit'>,
): Promise<number[]> {
  if (conditions.length === 0) return ids.slice(0, limit);
  await setImmediate();
  const rows = await run((db) =>
    db
      .selectFrom('latchkey_audit_events')
      .select('id')
      .where(idIn(kind, ids))
      .where((where) => where.and([...conditions]))
      .orderBy('id', order)
      .limit(limit)
      .execute(),
  );
  return rows.map(({ id }) => Number(id));
}

/** Builds the condition that an event has one of some ids. */
export const idIn = (kind: AppDatabase['kind'], ids: readonly number[]) =>
  kind === 'sqlite'
    ? sql<boolean>`latchkey_audit_events.id in (select value from json_each(${JSON.stringify(ids)}))`
    : sql<boolean>`latchkey_audit_events.id = any(${JSON.stringify(ids).replace('[', '{').replace(']', '}')}::bigint[])`;

export const EVENT_COLUMNS = AUDIT_COLUMNS.map(
  (column) => `latchkey_audit_events.${column}` as const,
);
