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

export interface EntryRow {
  id: number;
  user_id: number;
  project_id: number;
  day: string;
  hours: string;
  note: string;
}
