import { DatabaseSync } from 'node:sqlite';
import { hash, verify } from '@node-rs/argon2';

/** A row of the table `members`, with the app's own column names. */
export interface Member {
  readonly id: number;
  readonly email: string;
  readonly pass_hash: string;
  readonly is_admin: 0 | 1;
  readonly left_on: string | null;
}

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly posted_by: string;
}

const SCHEMA = `
  create table if not exists members (
    id integer primary key, email text not null unique collate nocase, pass_hash text not null, is_admin integer not null default 0, left_on text
  ) strict;
  create table if not exists notices (id integer primary key, text text not null, posted_by text not null) strict;
`;

/**
 * Opens the app's own database, which has its members and its noticeboard and is the same before
 * and after the adoption.
 */
export function openClub(path: string) {
  const database = new DatabaseSync(path);
  database.exec(SCHEMA);
  const byEmail = database.prepare('select * from members where email = ?');
  const byId = database.prepare('select * from members where id = ?');
  const all = database.prepare('select id, email, is_admin from members order by id');
  /**
   * A hash to verify for an unknown e-mail address, so that it takes as long as a wrong password.
   */
  const dummyHash = hash('dummy');

  const memberByEmail = (email: string) => (byEmail.get(email) as Member | undefined) ?? null;

  return {
    memberByEmail,
    memberById: (id: number) => (byId.get(id) as Member | undefined) ?? null,
    members: () => all.all() as unknown as Pick<Member, 'id' | 'email' | 'is_admin'>[],

    async addMember(email: string, password: string, { isAdmin = false } = {}): Promise<void> {
      database
        .prepare('insert into members (email, pass_hash, is_admin) values (?, ?, ?)')
        .run(email, await hash(password), isAdmin ? 1 : 0);
    },

    leave: (email: string) =>
      void database.prepare("update members set left_on = date('now') where email = ?").run(email),

    /**
     * Returns the member with this password; null for a wrong pair, and for a member who has left.
     */
    async checkPassword(email: string, password: string): Promise<Member | null> {
      const member = memberByEmail(email);
      const right = await verify(member?.pass_hash ?? (await dummyHash), password);
      return right && member?.left_on === null ? member : null;
    },

    notices: () =>
      database
        .prepare('select id, text, posted_by from notices order by id')
        .all() as unknown as Notice[],
    post: (text: string, by: string) =>
      Number(
        database.prepare('insert into notices (text, posted_by) values (?, ?)').run(text, by)
          .lastInsertRowid,
      ),
    close: () => database.close(),
  };
}

export type Club = ReturnType<typeof openClub>;

/** The settings of the example app. */
export interface Settings {
  readonly club: Club;
  /**
   * A secret of 32 bytes in base64url that signs the app's own tokens before, and Latchkey's after
   * the adoption.
   */
  readonly secret: string;
  /**
   * URL of Latchkey's database, `file:sessions.db` for example; the app's own database stays
   * unchanged.
   */
  readonly sessions: string;
  /** Returns the time in milliseconds since the epoch. */
  readonly now: () => number;
}
