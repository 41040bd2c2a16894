import { type RawBuilder, sql } from 'kysely';
import type { AppDatabase } from '../../../services/app-database.ts';
import { beginsWith, contains, phrase, type TextMatch } from '../../../services/text-search.ts';

/** Builds the SQL condition that a username has a text in it, or at its beginning. */
export const nameMatches = (
  username: RawBuilder<unknown>,
  text: string,
  match: TextMatch,
): RawBuilder<boolean> => (match === 'anywhere' ? contains : beginsWith)(username, text);

/**
 * Builds SQL for the rows of `app_users` with a text in their username, from an index, in no order.
 *
 * @param columns the columns to select, of the table `u`
 */
export function matchingUsers(
  kind: AppDatabase['kind'],
  columns: RawBuilder<unknown>,
  text: string,
  match: TextMatch,
): RawBuilder<unknown> {
  return kind === 'sqlite' && match === 'anywhere'
    ? sql`select ${columns} from app_users_trigrams cross join app_users u on u.number = app_users_trigrams.rowid
        where app_users_trigrams match ${phrase(text)}`
    : sql`select ${columns} from app_users u where ${nameMatches(sql.ref('u.username'), text, match)}`;
}

/** Builds SQL with a row for each of these users, for counting: without a look at the table. */
export const matchingNames = (
  kind: AppDatabase['kind'],
  text: string,
  match: TextMatch,
): RawBuilder<unknown> =>
  kind === 'sqlite' && match === 'anywhere'
    ? sql`select 1 from app_users_trigrams where app_users_trigrams match ${phrase(text)}`
    : matchingUsers(kind, sql.raw('1'), text, match);

/**
 * Returns the ids of the users with a text in their username, in no order; `null` if there are more
 * than `atMost`.
 *
 * @throws StoreUnavailableError
 */
export async function matchingUserIds(
  { run, kind }: Pick<AppDatabase, 'run' | 'kind'>,
  text: string,
  match: TextMatch,
  atMost: number,
): Promise<string[] | null> {
  const { rows } = await run((db) =>
    sql<{ id: string }>`${matchingUsers(kind, sql`u.id`, text, match)} limit ${atMost + 1}`.execute(
      db,
    ),
  );
  return rows.length > atMost ? null : rows.map(({ id }) => id);
}
