import { setImmediate } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import type { AppDatabase } from '../../../services/app-database.ts';
import { binary } from '../../../services/text-search.ts';
import type { IdRange } from './audit-spans.ts';

/** The columns by which an index lists events in the order of their ids. */
export type ListColumn = 'user_id' | 'actor_id' | 'session_id' | 'kind' | 'reason' | 'ip_address';

/** A list of events: those with a value in a column, those with given ids, or all. */
export type IdSource =
  | { readonly column: ListColumn; readonly value: string }
  | { readonly ids: readonly number[] }
  | 'all';

export type Order = 'asc' | 'desc';
type Database = Pick<AppDatabase, 'run' | 'kind'>;

/** Number of lists that one statement reads, so that none takes long. */
const LISTS = 250;
/** Number of ids that the first round reads, of all lists together, and the least of each list. */
const FIRST_ROUND = 2_000;
const LEAST = 8;
/** The largest number of ids that one statement reads of one list. */
const MOST = 2_000;

interface OpenList {
  readonly source: IdSource;
  /** The last id that was read; null before the first. */
  edge: number | null;
}

/**
 * Merges lists of events into one list of ids in order, without duplicates: it reads a part of each
 * list, and more of a list only when it is needed.
 */
export class IdLists {
  readonly #database: Database;
  readonly #range: IdRange;
  readonly #order: Order;
  #open: OpenList[];
  /** Ids that were read but not returned yet. */
  #pending = new Set<number>();
  #size: number;

  constructor(
    database: Database,
    sources: readonly IdSource[],
    { range, order, limit }: { range: IdRange; order: Order; limit: number },
  ) {
    this.#database = database;
    this.#range = range;
    this.#order = order;
    this.#open = sources.map((source) => ({ source, edge: null }));
    this.#size = Math.max(LEAST, Math.min(limit, Math.floor(FIRST_ROUND / sources.length)));
  }

  /**
   * How far the lists have been read: all ids up to here are known. `null` once all are read to
   * their ends.
   */
  get depth(): number | null {
    const edges = this.#open.map(({ edge }) => edge ?? this.#start);
    if (edges.length === 0) return null;
    return edges.reduce((a, b) => (this.#isBefore(a, b) ? a : b));
  }

  /**
   * Reads on, and returns the next ids in order; none at the end.
   *
   * @throws StoreUnavailableError
   */
  async next(): Promise<number[]> {
    while (this.#open.length > 0) {
      await this.read();
      const ready = this.#take();
      if (ready.length > 0) return ready;
    }
    return this.#take();
  }

  /** Reads more of the lists that hold up the others. */
  async read(): Promise<void> {
    const isFirst = this.#open.every(({ edge }) => edge === null);
    const due = isFirst
      ? this.#open
      : this.#open
          .toSorted((a, b) => (this.#isBefore(a.edge ?? 0, b.edge ?? 0) ? -1 : 1))
          .slice(0, LISTS);
    const ended = new Set<OpenList>();
    for (const [column, lists] of Map.groupBy(due, ({ source }) =>
      typeof source === 'object' && 'column' in source ? source.column : null,
    ))
      for (let at = 0; at < lists.length; at += LISTS) {
        const some = lists.slice(at, at + LISTS);
        const found = column
          ? await this.#readColumn(column, some)
          : await Promise.all(some.map((list) => this.#readOther(list)));
        for (const [index, list] of some.entries()) {
          const ids = found[index] ?? [];
          for (const id of ids) this.#pending.add(id);
          list.edge = ids.at(-1) ?? list.edge;
          if (ids.length < this.#size) ended.add(list);
        }
      }
    this.#open = this.#open.filter((list) => !ended.has(list));
    this.#size = Math.min(this.#size * 4, MOST);
  }

  get #start() {
    return this.#order === 'desc' ? this.#range.below : this.#range.above;
  }

  #isBefore(a: number, b: number): boolean {
    return this.#order === 'desc' ? a > b : a < b;
  }

  #take(): number[] {
    const depth = this.depth;
    const ready = [...this.#pending].filter(
      (id) => depth === null || id === depth || this.#isBefore(id, depth),
    );
    for (const id of ready) this.#pending.delete(id);
    return ready.sort((a, b) => (this.#isBefore(a, b) ? -1 : 1));
  }

  /** The part of a list that is not read yet. */
  #rest({ edge }: OpenList): IdRange {
    if (edge === null) return this.#range;
    return this.#order === 'desc'
      ? { ...this.#range, below: edge }
      : { ...this.#range, above: edge };
  }

  async #readColumn(column: ListColumn, lists: readonly OpenList[]): Promise<number[][]> {
    const asked = lists.map((list) => {
      const { above, below } = this.#rest(list);
      return [(list.source as { value: string }).value, above, below];
    });
    const rows = await this.#query<{ position: number; ids: string | number[] | null }>(
      LIST_OF[this.#database.kind](column, JSON.stringify(asked), this.#order, this.#size),
    );
    const found: number[][] = [];
    for (const { position, ids } of rows)
      found[Number(position)] = typeof ids === 'string' ? JSON.parse(ids) : (ids ?? []);
    return found;
  }

  async #readOther(list: OpenList): Promise<number[]> {
    const { above, below } = this.#rest(list);
    if (typeof list.source === 'object' && 'ids' in list.source)
      return list.source.ids
        .filter((id) => id > above && id < below)
        .sort((a, b) => (this.#isBefore(a, b) ? -1 : 1))
        .slice(0, this.#size);
    const rows = await this.#query<{ id: number }>(
      sql`select id from latchkey_audit_events where id > ${above} and id < ${below} order by id ${sql.raw(this.#order)} limit ${this.#size}`,
    );
    return rows.map(({ id }) => Number(id));
  }

  async #query<Row>(statement: RawBuilder<unknown>): Promise<Row[]> {
    /** Lets requests of others run between the statements: those of SQLite block the process. */
    await setImmediate();
    const { rows } = await this.#database.run((db) => statement.execute(db));
    return rows as Row[];
  }
}

/**
 * Statements that read parts of lists. Each takes a JSON array of `[value, above, below]` and
 * returns the ids of each list in one row, with its position in the array.
 */
const LIST_OF = {
  sqlite: (column: ListColumn, asked: string, order: Order, size: number) =>
    sql`select list.key as position, (select json_group_array(id) from (
        select e.id from latchkey_audit_events e
        where e.${sql.ref(column)} = list.value ->> 0 and e.id > list.value ->> 1 and e.id < list.value ->> 2
        order by e.id ${sql.raw(order)} limit ${size})) as ids
      from json_each(${asked}) as list`,
  postgres: (column: ListColumn, asked: string, order: Order, size: number) =>
    sql`select list.number - 1 as position, (select json_agg(found.id) from (
        select e.id from latchkey_audit_events e
        where e.${sql.ref(column)}${column === 'ip_address' ? binary('postgres') : sql``} = list.value ->> 0
          and e.id > (list.value ->> 1)::bigint and e.id < (list.value ->> 2)::bigint
        order by e.id ${sql.raw(order)} limit ${size}) found) as ids
      from json_array_elements(${asked}::json) with ordinality as list(value, number)`,
};
