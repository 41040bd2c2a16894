import { readFileSync } from 'node:fs';
import { Client } from 'pg';

const PAGE = new URL('../../../../docs/authors/scale.md', import.meta.url);

/**
 * What an operator runs to partition `latchkey_sessions`: the SQL of docs/authors/scale.md itself, so that
 * what is tried is what is written there.
 */
export function partitionScript(): string {
  const script = /```sql\n([\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8'))?.[1];
  if (!script) throw new Error('docs/authors/scale.md has no block of SQL');
  return script;
}

/** Runs several statements as psql would, on a connection of their own. */
export async function runScript(url: string, script: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(script);
  } finally {
    await client.end();
  }
}
