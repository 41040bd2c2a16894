import type { Kysely } from 'kysely';
/** Attempts of late, for limits that all nodes share. */
export interface CountersTable {
  key: string;
  points: number;
  /** Milliseconds since the epoch. */
  expires_at: number;
}
export declare function createCountersTable(db: Kysely<unknown>): Promise<void>;
