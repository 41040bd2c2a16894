import { type RawBuilder } from 'kysely';
/**
 * Whether a text contains another, wildcards taken literally. Case counts on PostgreSQL, and on
 * SQLite beyond ASCII.
 */
export declare function containsText(
  text: RawBuilder<unknown>,
  wanted: string,
): RawBuilder<boolean>;
/**
 * Whether a text contains another, whatever the case as far as the database knows it: letters
 * beyond ASCII on PostgreSQL only.
 */
export declare function readsLike(text: RawBuilder<unknown>, wanted: string): RawBuilder<boolean>;
