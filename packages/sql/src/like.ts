import { type RawBuilder, sql } from 'kysely';

const literally = (text: string) => text.replace(/[\\%_]/g, '\\$&');

/** Whether a text contains another, wildcards taken literally. Case counts on PostgreSQL, and on SQLite beyond ASCII. */
export function containsText(text: RawBuilder<unknown>, wanted: string): RawBuilder<boolean> {
  return sql<boolean>`${text} like ${`%${literally(wanted)}%`} escape '\\'`;
}
