import { readFileSync } from 'node:fs';
import { Client } from 'pg';

const PAGE = new URL('../../scale.md', import.meta.url);

/**
 * Returns the SQL that partitions `latchkey_sessions`, read from apps/bench/scale.md, so that the
 * documented script is the tested one.
 */
export function partitionScript(): string {
  const script = /```sql\n([\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8'))?.[1];
  if (!script) throw new Error('apps/bench/scale.md has no block of SQL');
  return script;
}

/** Runs several SQL statements as psql would, on a separate connection. */
export async function runScript(url: string, script: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(script);
  } finally {
    await client.end();
  }
}
