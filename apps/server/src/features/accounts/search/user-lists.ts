import { setImmediate } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import type { AppDatabase } from '../../../services/app-database.ts';
import { type BoundedCount, COUNTED, countRows } from '../../../services/bounded-count.ts';
import { type TextMatch, textSearch } from '../../../services/text-search.ts';
import type { UserAccount, UserPage, UserSort } from '../user-store.ts';
import {
  and,
  beyond,
  filtersOf,
  type Key,
  OF_FOUND,
  OF_TABLE,
  orderBy,
  upTo,
  WITHOUT_INDEX,
} from './user-conditions.ts';
import { matchingNames, matchingUserIds, matchingUsers, nameMatches } from './user-matches.ts';

/** The bounds that keep each statement short. */
const BOUNDS = {
  /** The largest exact count. */
  counted: COUNTED,
  /** The largest number of users that is sorted for each page; more are walked through in order. */
  sorted: 4_000,
  /** Number of users that one statement of SQLite looks at, so that it does not hold up requests. */
  step: 2_000,
  /** Number of users that a page looks at before it is returned unfilled. */
  lookedAt: 10_000,
};

/** A page of the administrators' list of users. */
export interface UserListPage extends UserPage {
  /** A text to search usernames for. */
  readonly search?: string | undefined;
}

/** A user without the password hash. */
export type ListedUser = Pick<UserAccount, 'id' | 'username' | 'role' | 'disabled' | 'createdAt'>;

export interface FoundUsers {
  readonly users: ListedUser[];
  /** The user after which the next page begins; null on the last page. */
  readonly next: Pick<UserAccount, 'username' | 'createdAt'> | null;
  /** How many users match; null if only a look at each would tell. */
  readonly total: BoundedCount | null;
  /**
   * The page has fewer users than asked for, because the search looked at as many as one page may:
   * it goes on at `next`.
   */
  readonly isPartial: boolean;
  /** How the text was matched; null for a list without a search. */
  readonly match: TextMatch | null;
}

/** Lists and searches users. */
export interface UserLists {
  /**
   * Returns one page of users. A page costs the same however many users there are.
   *
   * @throws StoreUnavailableError
   */
  page(page: UserListPage): Promise<FoundUsers>;
  /**
   * Finds users by a text in their username.
   *
   * @returns the ids; `null` if there are more than `atMost`
   * @throws StoreUnavailableError
   */
  find(
    search: string,
    atMost: number,
  ): Promise<{ readonly ids: readonly string[] | null; readonly match: TextMatch }>;
}

type Row = Key & { readonly id: string; readonly role: string; readonly disabled: number };

const COLUMNS_OF_AGE = sql`u.username, u.created_at as "createdAt"`;
const COLUMNS = sql`u.id, u.username, u.role, u.disabled, u.created_at as "createdAt"`;

export function userLists(
  database: Pick<AppDatabase, 'run' | 'kind'>,
  bounds: Partial<typeof BOUNDS> = {},
): UserLists {
  const { run, kind } = database;
  const { matchOf } = textSearch(database);
  const { counted: atMost, sorted: sortable, lookedAt, step: stepOf } = { ...BOUNDS, ...bounds };
  const step = kind === 'sqlite' ? stepOf : lookedAt;

  return {
    async find(search, most) {
      const match = await matchOf(search);
      return { ids: await matchingUserIds(database, search, match, most), match };
    },

    async page({ search, role, disabled, ...page }) {
      const match = search ? await matchOf(search) : null;
      const name = search && match ? { text: search, match } : null;
      const filters = filtersOf(role, disabled);
      const isNamed = name ? [nameMatches(sql.ref('u.username'), name.text, name.match)] : [];
      const unindexedName = name
        ? [nameMatches(WITHOUT_INDEX.username, name.text, name.match)]
        : [];
      /** The users with the name, and those with the status and role, as far as they are asked for. */
      const named =
        name && (await countRows(database, matchingNames(kind, name.text, name.match), atMost));
      const others =
        named && filters.length === 0
          ? null
          : await countRows(database, sql`select 1 from app_users u where ${and(filters)}`, atMost);
      const isSmall = (set: BoundedCount | null) => set?.exact === true && set.count <= sortable;
      const set = (columns: RawBuilder<unknown>) =>
        name && (isSmall(named) || !isSmall(others))
          ? sql`${matchingUsers(kind, columns, name.text, name.match)} and ${and(filters)}`
          : sql`select ${columns} from app_users u where ${and([...isNamed, ...filters])}`;
      const total =
        !named || filters.length === 0
          ? (named ?? others)
          : isSmall(named) || isSmall(others)
            ? await countRows(database, set(sql.raw('1')), atMost)
            : null;
      const isSorted = isSmall(named) || (filters.length > 0 && isSmall(others));
      const range = name?.match === 'beginning' && page.sort !== 'createdAt' ? isNamed : [];
      const found = isSorted
        ? await sorted(set(COLUMNS), page)
        : await walked(
            and(range),
            and([...unindexedName, ...filtersOf(role, disabled, WITHOUT_INDEX)]),
            page,
          );
      return { ...found, total, match };
    },
  };

  /** Sorts a small set of users, and returns one page of it. */
  async function sorted(set: RawBuilder<unknown>, page: UserPage) {
    await setImmediate();
    const { sort = 'username', order = 'asc', after, limit } = page;
    const { rows } = await run((db) =>
      sql<Row>`with found as materialized (${set})
        select * from found where ${after ? beyond(sort, order, after, OF_FOUND) : sql`1 = 1`}
        order by ${orderBy(sort, order, OF_FOUND)} limit ${limit + 1}`.execute(db),
    );
    return pageOf(rows, limit);
  }

  /** Walks an index in the order of the list, in steps, until the page is full. */
  async function walked(
    range: RawBuilder<boolean>,
    condition: RawBuilder<boolean>,
    page: UserPage,
  ) {
    const { sort = 'username', order = 'asc', limit } = page;
    const rows: Row[] = [];
    let from = page.after;
    for (let seen = 0; ; seen += step) {
      const start = from ? sql`${range} and ${beyond(sort, order, from, OF_TABLE)}` : range;
      const edge = await edgeAfter(start, sort, order);
      if (seen >= lookedAt && edge !== undefined)
        return { ...pageOf(rows, limit), next: keyOf(from), isPartial: rows.length < limit };
      await setImmediate();
      const end = edge ? upTo(sort, order, edge) : sql`1 = 1`;
      const found = await run((db) =>
        sql<Row>`select ${COLUMNS} from app_users u where ${start} and ${end} and ${condition}
          order by ${orderBy(sort, order, OF_TABLE)} limit ${limit + 1 - rows.length}`.execute(db),
      );
      rows.push(...found.rows);
      if (rows.length > limit || edge === undefined) return pageOf(rows, limit);
      from = edge;
    }
  }

  /** Returns the last user of the next step; `undefined` for the last step. */
  async function edgeAfter(
    start: RawBuilder<unknown>,
    sort: UserSort,
    order: 'asc' | 'desc',
  ): Promise<Key | undefined> {
    /** Only columns of the index, so that no row of the table is read. */
    const columns = sort === 'username' ? sql`u.username` : COLUMNS_OF_AGE;
    const { rows } = await run((db) =>
      sql<Key>`select ${columns} from app_users u where ${start}
        order by ${orderBy(sort, order, OF_TABLE)} limit 1 offset ${step - 1}`.execute(db),
    );
    return rows[0] && keyOf(rows[0]);
  }
}

const keyOf = (row: UserPage['after']): Key => ({
  username: row?.username ?? '',
  createdAt: Number(row?.createdAt ?? 0),
});

function pageOf(rows: readonly Row[], limit: number) {
  const users = rows
    .slice(0, limit)
    .map((row) => ({ ...row, disabled: row.disabled !== 0, createdAt: Number(row.createdAt) }));
  const last = users.at(-1);
  return { users, next: last && rows.length > limit ? keyOf(last) : null, isPartial: false };
}
