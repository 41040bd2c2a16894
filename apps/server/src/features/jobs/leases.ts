import type { AppDatabase } from '../../services/app-database.ts';

/** Leases: one node at a time does a job for all. */
export interface Leases {
  /**
   * Takes or renews the lease with this name.
   *
   * @param until when it expires if the holder dies
   * @returns false while another node holds it
   */
  take(name: string, holder: string, now: number, until: number): Promise<boolean>;
  /** Releases the lease if the holder still has it. */
  release(name: string, holder: string): Promise<void>;
}

export function sqlLeases({ run }: Pick<AppDatabase, 'run'>): Leases {
  return {
    take: (name, holder, now, until) =>
      run(async (db) => {
        const row = await db
          .insertInto('app_leases')
          .values({ name, holder, until })
          .onConflict((conflict) =>
            conflict
              .column('name')
              .doUpdateSet({ holder, until })
              .where((where) =>
                where.or([
                  where('app_leases.holder', '=', holder),
                  where('app_leases.until', '<=', now),
                ]),
              ),
          )
          .returning('name')
          .executeTakeFirst();
        return row !== undefined;
      }),

    release: (name, holder) =>
      run(async (db) => {
        await db
          .deleteFrom('app_leases')
          .where('name', '=', name)
          .where('holder', '=', holder)
          .execute();
      }),
  };
}
