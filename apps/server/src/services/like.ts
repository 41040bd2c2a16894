import { type RawBuilder, sql } from 'kysely';

const literally = (text: string) => text.replace(/[\\%_]/g, '\\$&');

/**
 * Builds the SQL condition that a text contains another; wildcards are literal. It is
 * case-sensitive on PostgreSQL, and on SQLite beyond ASCII.
 */
export function containsText(text: RawBuilder<unknown>, wanted: string): RawBuilder<boolean> {
  return sql<boolean>`${text} like ${`%${literally(wanted)}%`} escape '\\'`;
}

/**
 * Builds the SQL condition that a text contains another, ignoring case; letters beyond ASCII on
 * PostgreSQL only.
 */
export function containsTextIgnoringCase(
  text: RawBuilder<unknown>,
  wanted: string,
): RawBuilder<boolean> {
  return sql<boolean>`lower(${text}) like lower(${`%${literally(wanted)}%`}) escape '\\'`;
}
