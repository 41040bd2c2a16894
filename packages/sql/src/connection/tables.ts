import type { Generated } from 'kysely';

/** The tables, as Kysely sees them. Instants are milliseconds since the epoch; flags are 0 or 1. */
export interface Database {
  sessions: SessionsTable;
  users: UsersTable;
  audit_events: AuditEventsTable;
  audit_seals: AuditSealsTable;
  revocations: RevocationsTable;
  leases: LeasesTable;
  keys: KeysTable;
  revocation_notices: RevocationNoticesTable;
  counters: CountersTable;
  session_receipts: SessionReceiptsTable;
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
  /**
   * Null in sessions from before the column was there: they count as authenticated when they were
   * created.
   */
  authenticated_at: number | null;
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

/** Append-only. `details` is a JSON object or null. */
export interface AuditEventsTable {
  id: Generated<number>;
  at: number;
  kind: string;
  actor_id: string | null;
  user_id: string | null;
  session_id: string | null;
  reason: string | null;
  ip_address: string | null;
  user_agent: string | null;
  details: string | null;
  /** The seal that covers the event; null until the next sealing. */
  sealed_in: number | null;
}

/** By name: a statement that is prepared for every column breaks when a newer node adds one. */
export const AUDIT_COLUMNS = [
  'id',
  'at',
  'kind',
  'actor_id',
  'user_id',
  'session_id',
  'reason',
  'ip_address',
  'user_agent',
  'details',
  'sealed_in',
] as const satisfies readonly (keyof AuditEventsTable)[];

/** Each covers a batch of events and, by its hash, every seal before it. */
export interface AuditSealsTable {
  id: number;
  sealed_at: number;
  events: number;
  key_id: number;
  hash: string;
}

/** Only where sessions live in another store. */
export interface RevocationsTable {
  session_id: string;
  user_id: string;
  reason: string;
  revoked_at: number;
  expires_at: number;
}

/** Which node does a job for all of them, and until when. */
export interface LeasesTable {
  name: string;
  holder: string;
  until: number;
}

/** Private parts are encrypted, and gone once a key was taken out. */
export interface KeysTable {
  kid: string;
  purpose: string;
  number: number;
  algorithm: string;
  signs_from: number;
  created_at: number;
  removed_at: number | null;
  sealed: string | null;
}

/**
 * What nodes tell one another. On PostgreSQL each row also has `xid`, the transaction that wrote
 * it.
 */
export interface RevocationNoticesTable {
  id: Generated<number>;
  kind: string;
  user_id: string;
  session_id: string | null;
  token_version: number | null;
  reason: string;
  at: number;
}

/** How often something was tried of late. */
export interface CountersTable {
  key: string;
  points: number;
  expires_at: number;
}

/** Why sessions ended. */
export interface SessionReceiptsTable {
  session_id: string;
  reference: string;
  user_id: string;
  cause: string;
  ended_by: string;
  at: number;
}
