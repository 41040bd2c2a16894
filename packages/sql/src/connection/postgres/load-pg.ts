/** The driver `pg`, an optional peer dependency. */
export type Pg = typeof import('pg').default;

/**
 * Loads the driver when a PostgreSQL database is opened, not before: an app on SQLite need not
 * install it.
 *
 * @param load imports the driver
 * @throws Error in one sentence if it is not installed
 */
export async function loadPg(
  load: () => Promise<{ readonly default: Pg }> = () => import('pg'),
): Promise<Pg> {
  try {
    return (await load()).default;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
    throw new Error(
      'The database URL names PostgreSQL, and its driver is not installed: run npm install pg',
      { cause: error },
    );
  }
}
