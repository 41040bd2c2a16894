import { describe, expect, it } from 'vitest';
import { checkedFolders } from '../testing/checked-folders.ts';

const { checked, idsOf } = checkedFolders();

describe('check of an app with names like ours', () => {
  it.each([
    ['Express', "response.cookie('X-Access-Token', token);"],
    ['Next', 'cookies().set("__Host-X-Refresh-Token", token)'],
    ['cookie', "serialize('X-Username', name)"],
  ])('warns of a cookie that %s sets', (_library, code) => {
    expect(checked({ files: { 'src/sign-in.ts': code } })).toMatchObject([
      { id: 'cookie-clash', severity: 'warning', what: expect.stringContaining('src/sign-in.ts') },
    ]);
  });

  it.each([
    ['SQL', 'db/1.sql', 'CREATE TABLE IF NOT EXISTS "latchkey_sessions" (id text)'],
    ['Knex', 'db/1.js', "knex.schema.createTable('latchkey_keys', () => {})"],
    ['Drizzle', 'db/schema.ts', "export const keys = pgTable('latchkey_keys', {})"],
    ['Prisma', 'prisma/schema.prisma', 'model Session { @@map("latchkey_sessions") }'],
  ])('warns of a table that %s declares', (_library, file, code) => {
    expect(checked({ files: { [file]: code } })).toMatchObject([
      { id: 'table-clash', what: expect.stringContaining(file) },
    ]);
  });

  it.each([
    ['a cookie that is only read', { 'src/a.ts': "request.cookies['X-Access-Token']" }],
    ['another name', { 'src/a.ts': "response.cookie('X-Access-Token-2', token)" }],
    [
      'the output of migrationSql',
      { '1.sql': 'create table latchkey_sessions (); insert into latchkey_migrations' },
    ],
    ['what others wrote', { 'node_modules/x/a.ts': "response.cookie('X-Access-Token', token)" }],
  ])('finds nothing in %s', (_title, files) => {
    expect(idsOf({ files })).toEqual([]);
  });
});
