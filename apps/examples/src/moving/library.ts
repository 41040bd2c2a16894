import { hash, verify } from '@node-rs/argon2';
import type { Pool } from 'pg';

/** A row of the table `accounts`. */
export interface Account {
  readonly id: number;
  readonly name: string;
  readonly secret: string;
  readonly blocked: boolean;
}

/** Opens the app's own tables, which are the same in every step of the move. */
export async function openLibrary(pool: Pool) {
  await pool.query(`
    create table if not exists accounts (id serial primary key, name text not null unique, secret text not null, blocked boolean not null default false);
    create table if not exists loans (account_id integer not null references accounts (id), title text not null);
  `);
  const first = async (sql: string, value: unknown) =>
    (await pool.query<Account>(sql, [value])).rows[0] ?? null;
  const byName = (name: string) => first('select * from accounts where name = $1', name);
  /** A hash to verify for an unknown name, so that it takes as long as a wrong password. */
  const dummyHash = await hash('dummy');

  return {
    byName,
    byId: (id: number) => first('select * from accounts where id = $1', id),

    async checkPassword(name: string, password: string): Promise<Account | null> {
      const account = await byName(name);
      const right = await verify(account?.secret ?? dummyHash, password);
      return right && account && !account.blocked ? account : null;
    },

    async addAccount(name: string, password: string): Promise<void> {
      await pool.query('insert into accounts (name, secret) values ($1, $2)', [
        name,
        await hash(password),
      ]);
    },

    async borrow(accountId: number, title: string): Promise<void> {
      await pool.query('insert into loans (account_id, title) values ($1, $2)', [accountId, title]);
    },

    async loansOf(accountId: number): Promise<string[]> {
      const { rows } = await pool.query<{ title: string }>(
        'select title from loans where account_id = $1',
        [accountId],
      );
      return rows.map(({ title }) => title);
    },
  };
}

export type Library = Awaited<ReturnType<typeof openLibrary>>;
