import type { Kysely } from 'kysely';
/** The node that does a job for all of them. */
export interface LeasesTable {
  name: string;
  holder: string;
  /** Milliseconds since the epoch. */
  until: number;
}
export declare function createLeasesTable(db: Kysely<unknown>): Promise<void>;
