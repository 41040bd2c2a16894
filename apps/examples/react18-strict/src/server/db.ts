import { Low, Memory } from 'lowdb';
import { JSONFile } from 'lowdb/node';

export interface Member {
  id: string;
  name: string;
  passwordHash: string;
  isAdmin: boolean;
}

export interface Chore {
  id: string;
  title: string;
  memberId: string;
  done: boolean;
}

export interface Data {
  members: Member[];
  chores: Chore[];
}

export type Db = Low<Data>;

/** Without a file nothing is kept, as tests like it. */
export async function openDb(file?: string): Promise<Db> {
  const adapter = file ? new JSONFile<Data>(file) : new Memory<Data>();
  const db = new Low<Data>(adapter, { members: [], chores: [] });
  await db.read();
  return db;
}
