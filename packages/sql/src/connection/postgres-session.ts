import type { Client } from 'pg';

/** How long one statement, and a transaction between two statements, may take. */
const STATEMENT_MS = 5_000;
const IDLE_IN_TRANSACTION_MS = 10_000;

/** The same bounds for one transaction. */
export const BEGIN_BOUNDED = `begin; set local statement_timeout = ${STATEMENT_MS}; set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`;

/**
 * Bounds what the statements of a new connection may take, where the connection is ours alone. They
 * are not startup parameters: PgBouncer refuses those that it does not know. Behind a pooler
 * nothing is set, because it would stay on a connection that others use next.
 *
 * A pooler makes up the process id that it tells at connecting; PostgreSQL knows the real one.
 *
 * @returns whether PostgreSQL itself is at the other end, so that prepared statements, settings and
 *   LISTEN last
 */
export async function beginSession(
  query: Client['query'],
  processId: number | null,
): Promise<boolean> {
  const { rows } = await query<{ isDirect: boolean }>(
    `select case when pg_backend_pid() = $1::integer
       then set_config('statement_timeout', '${STATEMENT_MS}', false) || set_config('idle_in_transaction_session_timeout', '${IDLE_IN_TRANSACTION_MS}', false)
     end is not null as "isDirect"`,
    [processId],
  );
  return rows[0]?.isDirect ?? false;
}

/** The process id that was told at connecting; the driver's types do not name it. */
export function processIdOf(client: Client): number | null {
  return (client as Client & { readonly processID?: number | null }).processID ?? null;
}
