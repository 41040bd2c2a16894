import { createClient } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import { migrate } from 'drizzle-orm/libsql/migrator';
import * as schema from './schema';

export async function connect(url: string) {
  const db = drizzle(createClient({ url }), { schema });
  await migrate(db, { migrationsFolder: './drizzle' });
  return db;
}

export type Database = Awaited<ReturnType<typeof connect>>;
