import { type Generated, type RawBuilder, sql } from 'kysely';

/**
 * The tables of the packages, as Kysely sees them. Instants are milliseconds since the epoch; flags
 * are 0 or 1.
 */
export interface LatchkeyTables {
  latchkey_sessions: SessionsTable;
  latchkey_revocations: RevocationsTable;
  latchkey_revocation_notices: RevocationNoticesTable;
  latchkey_keys: KeysTable;
  latchkey_audit_events: AuditEventsTable;
  latchkey_audit_seals: AuditSealsTable;
  latchkey_audit_removals: AuditRemovalsTable;
}

export const LATCHKEY_TABLES = [
  'latchkey_sessions',
  'latchkey_revocations',
  'latchkey_revocation_notices',
  'latchkey_keys',
  'latchkey_audit_events',
  'latchkey_audit_seals',
  'latchkey_audit_removals',
] as const satisfies readonly (keyof LatchkeyTables)[];

/** Returns the name of a table in its schema, for statements that are written as text. */
export const tableIn = (schema: string | null, name: keyof LatchkeyTables): RawBuilder<unknown> =>
  schema === null ? sql.table(name) : sql.id(schema, name);

/** The sessions; docs/protocol.md says what the columns mean. */
export interface SessionsTable {
  id: string;
  user_id: string;
  username: string;
  generation: number;
  secret_hash: string;
  previous_secret_hash: string | null;
  sealed_successor: string | null;
  delivered_at: number;
  acknowledged_at: number | null;
  token_version: number;
  created_at: number;
  authenticated_at: number;
  last_seen_at: number;
  idle_expires_at: number;
  absolute_expires_at: number;
  revoked_at: number | null;
  revoked_reason: string | null;
  user_agent: string | null;
  ip_address: string | null;
}

/** The revocations of sessions that are kept in another store. */
export interface RevocationsTable {
  session_id: string;
  user_id: string;
  reason: string;
  revoked_at: number;
  expires_at: number;
}

/**
 * The notices that nodes send each other. On PostgreSQL each row also has `xid`, the transaction
 * that wrote it.
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

/** The signing keys. The private part (`sealed`) is encrypted, and null once a key was revoked. */
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

/** The audit log: append-only. `details` is a JSON object or null. */
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
  /** The id of the seal that covers the event; null until the next sealing. */
  sealed_in: number | null;
}

/**
 * The columns of `latchkey_audit_events`, for queries that select them by name: a statement that is
 * prepared for every column breaks when a newer node adds one.
 */
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

/**
 * The seals of the audit log. Each covers a batch of events and, by its hash, every seal before it.
 */
export interface AuditSealsTable {
  id: number;
  sealed_at: number;
  events: number;
  key_id: number;
  hash: string;
}

/**
 * The removals of audit events by retention. Each covers the seals after those of the removal
 * before; its hash, a MAC, covers every removal up to it.
 */
export interface AuditRemovalsTable {
  id: number;
  first_seal: number;
  last_seal: number;
  /** When the last of the seals was made. */
  last_sealed_at: number;
  /** The hash of the last of the seals, which the next seal continues. */
  last_hash: string;
  events: number;
  removed_at: number;
  removed_by: string;
  key_id: number;
  hash: string;
}
