import type { ClientBase } from 'pg';

/** The time limits of one statement, and of a transaction between two statements. */
const STATEMENT_MS = 5_000;
const IDLE_IN_TRANSACTION_MS = 10_000;

/** Begins a transaction with the same time limits, which end with it. */
export const BEGIN_BOUNDED = `begin; set local statement_timeout = ${STATEMENT_MS}; set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`;
/** Sets the time limits of a transaction that has begun. */
export const BOUND_TRANSACTION = `select set_config('statement_timeout', '${STATEMENT_MS}', true), set_config('idle_in_transaction_session_timeout', '${IDLE_IN_TRANSACTION_MS}', true)`;

type Query = (
  text: string,
  values: readonly unknown[],
) => Promise<{ readonly rows: readonly unknown[] }>;

/**
 * Sets time limits for the statements of a new connection if no pooler shares it. They are not
 * startup parameters: PgBouncer refuses unknown ones. Behind a pooler nothing is set, because it
 * would stay on a connection that other clients use next.
 *
 * @returns whether PostgreSQL itself is at the other end, so that prepared statements, settings and
 *   LISTEN last
 */
export async function beginSession(query: Query, processId: number | null): Promise<boolean> {
  const { rows } = await query(
    `select set_config('statement_timeout', '${STATEMENT_MS}', false), set_config('idle_in_transaction_session_timeout', '${IDLE_IN_TRANSACTION_MS}', false)
     where pg_backend_pid() = $1::integer`,
    [processId],
  );
  return rows.length > 0;
}

/**
 * Whether PostgreSQL itself is at the other end of a connection. A pooler invents the process id
 * that it reports at connecting; PostgreSQL reports the real one.
 */
export async function isDirect(query: Query, processId: number | null): Promise<boolean> {
  const { rows } = await query('select 1 where pg_backend_pid() = $1::integer', [processId]);
  return rows.length > 0;
}

/** Returns the process id that the server reported at connecting; the driver's types lack it. */
export function processIdOf(client: object): number | null {
  return (client as ClientBase & { readonly processID?: number | null }).processID ?? null;
}
