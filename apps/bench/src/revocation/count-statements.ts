import { Client } from 'pg';

/** How many statements of the revocation feed a process has sent to PostgreSQL. */
export interface FeedStatements {
  readonly reads: number;
  readonly notifications: number;
}

/**
 * Counts the statements of the revocation feed at the driver, from now on.
 *
 * @returns a function that returns the counts
 */
export function countFeedStatements(): () => FeedStatements {
  let [reads, notifications] = [0, 0];
  const { query } = Client.prototype;
  Client.prototype.query = function counted(this: Client, ...parameters: unknown[]) {
    const [first] = parameters;
    const text = typeof first === 'string' ? first : String((first as { text?: unknown }).text);
    if (text.includes('pg_snapshot_xmin')) reads++;
    if (text.includes('pg_notify')) notifications++;
    return Reflect.apply(query, this, parameters);
  } as typeof query;
  return () => ({ reads, notifications });
}
