import type { AppDatabase } from '../../services/app-database.ts';

/** Leases: only the node that holds a job's lease runs the job. */
export interface Leases {
  /**
   * Takes or renews the lease of a job.
   *
   * @param until when the lease expires if its holder dies
   * @returns false while another node holds it
   */
  take(name: string, holder: string, now: number, until: number): Promise<boolean>;
  /** Releases the lease of a job, if the holder still has it. */
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
