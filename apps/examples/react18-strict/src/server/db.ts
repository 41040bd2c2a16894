import { Low, Memory } from 'lowdb';
import { JSONFile } from 'lowdb/node';

export interface Member {
  id: string;
  name: string;
  passwordHash: string;
  isAdmin: boolean;
}

export interface RefreshToken {
  hash: string;
  memberId: string;
  family: string;
  expiresAt: number;
  rotatedAt: number | null;
}

export interface Chore {
  id: string;
  title: string;
  memberId: string;
  done: boolean;
}

export interface Data {
  members: Member[];
  refreshTokens: RefreshToken[];
  chores: Chore[];
}

export type Db = Low<Data>;

/** Without a file nothing is kept, as tests like it. */
export async function openDb(file?: string): Promise<Db> {
  const adapter = file ? new JSONFile<Data>(file) : new Memory<Data>();
  const db = new Low<Data>(adapter, { members: [], refreshTokens: [], chores: [] });
  await db.read();
  return db;
}
