import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../testing/command-line.ts';
import { processFixture } from '../testing/process-fixture.ts';

const { path, database } = processFixture();
const cli = (words: string) => commandLine(words, database());

describe('the maintenance commands', () => {
  it('migrate prints its SQL with --dry-run, then runs it once', async () => {
    const dry = await cli('migrate --dry-run');
    expect(dry.out).toMatch(
      /^-- latchkey_migrations\/001-initial\ncreate table "latchkey_migrations" .*create table "latchkey_sessions".*\n\n-- app_migrations\/001-initial\ncreate table "app_migrations".*create table "app_users"/s,
    );
    expect(existsSync(path('latchkey.db'))).toBe(false);
    expect(await cli('migrate')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /ran latchkey_migrations\/001-initial, app_migrations\/001-initial$/,
      ),
    });
    expect((await cli('migrate --dry-run')).out).toBe('-- up to date');
    expect(await cli('migrate')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/up to date$/),
    });
  });

  it('migrate refuses a schema that is newer than the program, and does not change it', async () => {
    await cli('migrate');
    const file = new DatabaseSync(path('latchkey.db'));
    file.exec("insert into latchkey_migrations values ('999-of-the-future', '2030-01-01')");
    file.close();
    expect(await cli('users list')).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^SQLite at \S+ has a schema that is newer than this program \(migration 999-of-the-future in latchkey_migrations\): update the program\.$/,
      ),
    });
  });

  it('purge removes sessions that expired more than a day ago, and no others', async () => {
    await cli('migrate');
    const file = new DatabaseSync(path('latchkey.db'));
    const insert = file.prepare(
      "insert into latchkey_sessions values (?, 'u', 'alice', 0, 'h', null, null, 0, null, 0, 0, 0, 0, ?, 9e15, null, null, null, null)",
    );
    file.exec('begin');
    for (let n = 0; n < 1_200; n++) insert.run(`id ${n}`, n < 1_199 ? 1_000 : 9e15);
    file.exec('commit');
    file.close();
    expect(await cli('purge')).toMatchObject({ code: 0, out: '1199 expired sessions removed.' });
    expect(await cli('purge --json')).toMatchObject({ code: 0, out: '{\n  "removed": 0\n}' });
  });
});
