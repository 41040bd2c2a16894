import type { SessionRecord } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { printTable } from '../print.ts';
import { queryPostgres } from '../servers.ts';
import { explain, statementOf, VERB_NAMES } from './statements.ts';

/** Prints PostgreSQL's EXPLAIN ANALYZE report on each of the store's statements. */
export async function printStatements(url: string): Promise<void> {
  const session = await anySession(url);
  const rows: string[][] = [
    ['partitions that each statement reads, by EXPLAIN ANALYZE', 'custom plans', 'planned once'],
  ];
  for (const verb of VERB_NAMES) {
    const statement = await statementOf(verb, session);
    const custom = await explain(url, statement, { plan_cache_mode: 'force_custom_plan' });
    const generic = await explain(url, statement, { plan_cache_mode: 'force_generic_plan' });
    rows.push([verb, String(custom.length), String(generic.length)]);
  }
  printTable(rows);
}

/** Returns any one session, with the fields that the store's methods need to find it. */
export async function anySession(url: string): Promise<SessionRecord> {
  const text =
    'select id, user_id, username, generation, secret_hash from latchkey_sessions where revoked_at is null limit 1';
  const { id, user_id, username, generation, secret_hash } = await queryPostgres(url, text);
  const [userId, secretHash] = [String(user_id), String(secret_hash)];
  return sessionRecord({
    id: String(id),
    userId,
    username: String(username),
    generation: Number(generation),
    secretHash,
  });
}
