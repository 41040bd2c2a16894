import createKnex from 'knex';
import { config } from './config';

export const db = createKnex({ client: 'pg', connection: config.databaseUrl });

export type Role = 'employee' | 'manager';

export interface UserRow {
  id: number;
  email: string;
  name: string;
  password_hash: string;
  role: Role;
  active: boolean;
  created_at: Date;
}

export interface SessionRow {
  id: string;
  user_id: number;
  user_agent: string | null;
  ip: string | null;
  created_at: Date;
  last_seen_at: Date;
  revoked_at: Date | null;
}

export interface RefreshTokenRow {
  id: number;
  session_id: string;
  token_hash: string;
  expires_at: Date;
  used_at: Date | null;
}

export interface EntryRow {
  id: number;
  user_id: number;
  project_id: number;
  day: string;
  hours: string;
  note: string;
}
