import type { AppDatabase } from '../../database/app-database.ts';
/** Lets one node at a time do a job for all of them. */
export interface Leases {
  /**
   * Takes or prolongs the lease of that name.
   *
   * @param until when it ends by itself, should the holder die
   * @returns false while somebody else holds it
   */
  take(name: string, holder: string, now: number, until: number): Promise<boolean>;
  /** Gives it back, if it is still the holder's. */
  release(name: string, holder: string): Promise<void>;
}
export declare function sqlLeases({ run }: Pick<AppDatabase, 'run'>): Leases;
