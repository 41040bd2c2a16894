import type { Client } from 'pg';

/** The time limits of one statement, and of a transaction between two statements. */
const STATEMENT_MS = 5_000;
const IDLE_IN_TRANSACTION_MS = 10_000;

/** Begins a transaction with the same time limits, which end with it. */
export const BEGIN_BOUNDED = `begin; set local statement_timeout = ${STATEMENT_MS}; set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`;

/**
 * Sets time limits for the statements of a new connection if no pooler shares it. They are not
 * startup parameters: PgBouncer refuses unknown ones. Behind a pooler nothing is set, because it
 * would stay on a connection that other clients use next.
 *
 * A pooler invents the process id that it reports at connecting; PostgreSQL reports the real one.
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

/** Returns the process id that the server reported at connecting; the driver's types lack it. */
export function processIdOf(client: Client): number | null {
  return (client as Client & { readonly processID?: number | null }).processID ?? null;
}
