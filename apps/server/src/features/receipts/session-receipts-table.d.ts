import type { Kysely } from 'kysely';
/** Why sessions ended; kept longer than the sessions. */
export interface SessionReceiptsTable {
  session_id: string;
  reference: string;
  user_id: string;
  cause: string;
  ended_by: string;
  /** Milliseconds since the epoch. */
  at: number;
}
export declare function createSessionReceiptsTable(db: Kysely<unknown>): Promise<void>;
