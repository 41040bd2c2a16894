import { openDatabase } from '@latchkey/sql';
import { DAY_MS } from './loader.ts';
import { postgresLoader } from './postgres-filling.ts';
import { sqliteLoader } from './sqlite-filling.ts';

const STEP = 100_000;

/**
 * Creates the tables in an empty database, and fills it with sessions that no browser has. They
 * expire after a day.
 *
 * @param url of a SQLite file or of a PostgreSQL database
 */
export async function fillWithSessions(
  url: string,
  sessions: number,
  onProgress: (filled: number) => void = () => {},
): Promise<void> {
  await (await openDatabase(url)).close();
  const expiresAt = Date.now() + DAY_MS;
  const loader = url.startsWith('file:')
    ? sqliteLoader(url.slice('file:'.length), expiresAt)
    : await postgresLoader(url, sessions, expiresAt);
  for (let first = 0; first < sessions; first += STEP) {
    await loader.addSeries(first, Math.min(STEP, sessions - first));
    onProgress(Math.min(first + STEP, sessions));
  }
  await loader.finish();
}
