import type { Kysely } from 'kysely';
/** Instants are milliseconds since the epoch; flags are 0 or 1. */
export interface UsersTable {
  id: string;
  username: string;
  password_hash: string;
  role: string;
  token_version: number;
  disabled: number;
  created_at: number;
}
export declare function createUsersTable(db: Kysely<unknown>): Promise<void>;
