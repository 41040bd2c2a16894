import { type RawBuilder, sql } from 'kysely';

const literally = (text: string) => text.replace(/[\\%_]/g, '\\$&');

/**
 * Whether a text contains another, wildcards taken literally. Case counts on PostgreSQL, and on
 * SQLite beyond ASCII.
 */
export function containsText(text: RawBuilder<unknown>, wanted: string): RawBuilder<boolean> {
  return sql<boolean>`${text} like ${`%${literally(wanted)}%`} escape '\\'`;
}

/**
 * Whether a text contains another, whatever the case as far as the database knows it: letters
 * beyond ASCII on PostgreSQL only.
 */
export function readsLike(text: RawBuilder<unknown>, wanted: string): RawBuilder<boolean> {
  return sql<boolean>`lower(${text}) like lower(${`%${literally(wanted)}%`}) escape '\\'`;
}
