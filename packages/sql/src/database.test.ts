import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locate } from './connection/target.ts';
import { openDatabase } from './database.ts';
import { sqlSessionStore } from './sessions/session-store.ts';

let folder: string;
let url: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-sql-'));
  url = `file:${join(folder, 'a.db')}`;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('opening', () => {
  it('migrates a database once, also when several open it at the same moment', async () => {
    const opened = await Promise.all([openDatabase(url), openDatabase(url), openDatabase(url)]);
    expect(opened.flatMap((database) => database.migrated)).toEqual([
      'latchkey_migrations/001-initial',
    ]);
    await Promise.all(opened.map((database) => database.close()));
    const again = await openDatabase(url);
    expect(again.migrated).toEqual([]);
    await again.close();
  });

  it.each([
    [
      'postgres://user:hunter2@/db?host=/cloudsql/project:region:instance',
      'PostgreSQL at the socket in /cloudsql/project:region:instance, database db',
    ],
    [
      'postgresql://user:hunter2@%2Fvar%2Frun%2Fpostgresql/db',
      'PostgreSQL at the socket in /var/run/postgresql, database db',
    ],
    [
      'postgres:///db?host=/tmp&user=u&password=hunter2',
      'PostgreSQL at the socket in /tmp, database db',
    ],
    [
      'postgres://user:hunter2@/db?host=db.example.com&port=6432',
      'PostgreSQL at db.example.com:6432/db',
    ],
    ['postgres://user:hunter2@db.example.com/db', 'PostgreSQL at db.example.com/db'],
    [
      'postgres://user:hunter2@[2001:db8::1]:6432/db?sslmode=disable',
      'PostgreSQL at 2001:db8::1:6432/db',
    ],
    ['postgres://user:hunter%40%2F2@host/db?application_name=a%40b', 'PostgreSQL at host/db'],
  ])(
    'accepts the database URL %s as the driver does, and shows no password',
    async (given, description) => {
      expect((await locate(given)).description).toBe(description);
    },
  );

  it.each([
    ['postgres://user:hunter2@host:99999/db', /must be file:<path>, memory: or postgres/],
    ['postgres://user:hunter2@/db?host=h&port=nonsense', /has an invalid port/],
    [
      'postgres://user:hunter2@host/db?sslrootcert=/nonexistent/ca.pem',
      /names the certificate \/nonexistent\/ca.pem, which cannot be read \(ENOENT\)/,
    ],
    ['postgres://user:hunter/2@host/db', /password with \/ \? or # in it/],
    ['postgres://user:12/hunter2@host/db', /password with \/ \? or # in it/],
  ])('opening %j states the fault without the password', async (wrong, message) => {
    await expect(openDatabase(wrong)).rejects.toThrow(message);
    await expect(openDatabase(wrong)).rejects.not.toThrow(/hunter/);
  });

  it.each([
    '',
    'file:',
    'mysql://user:hunter2@host/db',
    'postgres://user:hunter2@:x:/db',
    'sqlite.db',
  ])('opening %j states the accepted forms without the password', async (wrong) => {
    await expect(openDatabase(wrong)).rejects.toThrow(/must be file:<path>, memory: or postgres/);
    await expect(openDatabase(wrong)).rejects.not.toThrow(/hunter2/);
  });
});

describe('while another process writes', () => {
  it('makes a write wait for another process without blocking this process', async () => {
    const database = await openDatabase(url);
    const other = new DatabaseSync(join(folder, 'a.db'));
    other.exec('begin immediate');
    let beats = 0;
    const heart = setInterval(() => (beats += 1), 10);
    const created = sqlSessionStore(database).create(sessionRecord({ id: 'waited' }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    other.exec('commit');
    await created;
    clearInterval(heart);
    expect(beats).toBeGreaterThan(5);
    expect((await sqlSessionStore(database).find('waited'))?.id).toBe('waited');
    other.close();
    await database.close();
  });

  it('throws StoreUnavailableError for a write that times out, and leaves no row', async () => {
    const database = await openDatabase(url);
    const other = new DatabaseSync(join(folder, 'a.db'));
    other.exec('begin immediate');
    await expect(sqlSessionStore(database).create(sessionRecord({ id: 'late' }))).rejects.toThrow(
      StoreUnavailableError,
    );
    other.exec('rollback');
    expect(await sqlSessionStore(database).find('late')).toBeNull();
    other.close();
    await database.close();
  });
});

it('throws StoreUnavailableError on a closed database', async () => {
  const database = await openDatabase(url);
  await database.close();
  await expect(sqlSessionStore(database).find('x')).rejects.toThrow(StoreUnavailableError);
  await expect(database.check()).rejects.toThrow(StoreUnavailableError);
});

it('keeps sessions when the database is closed and opened again', async () => {
  const session = sessionRecord();
  const first = await openDatabase(url);
  await sqlSessionStore(first).create(session);
  await first.close();
  const second = await openDatabase(url);
  expect(await sqlSessionStore(second).find(session.id)).toEqual(session);
  await second.close();
});
