/** The tables, as Kysely sees them. Instants are milliseconds since the epoch; flags are 0 or 1. */
export interface Database {
  sessions: SessionsTable;
  users: UsersTable;
}

export interface SessionsTable {
  id: string;
  user_id: string;
  username: string;
  generation: number;
  secret_hash: string;
  previous_secret_hash: string | null;
  sealed_successor: string | null;
  handed_out_at: number;
  acknowledged_at: number | null;
  token_version: number;
  created_at: number;
  last_seen_at: number;
  idle_expires_at: number;
  absolute_expires_at: number;
  revoked_at: number | null;
  revoked_reason: string | null;
  user_agent: string | null;
  ip_address: string | null;
}

export interface UsersTable {
  id: string;
  username: string;
  password_hash: string;
  role: string;
  token_version: number;
  disabled: number;
  created_at: number;
}
