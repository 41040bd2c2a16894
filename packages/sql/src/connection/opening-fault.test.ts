import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../database.ts';
import { fixOf } from './opening-fault.ts';
import { loadPg } from './postgres/load-pg.ts';
import { loadNodeSqlite } from './sqlite/node-sqlite.ts';

const failure = (code: string, message = '') => Object.assign(new Error(message), { code });

describe('the fix for a PostgreSQL that cannot be opened', () => {
  it.each([
    [failure('28P01', 'password authentication failed for user "a"'), /^correct the password in/],
    [
      new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'),
      /^add the password to the database URL$/,
    ],
    [
      failure('28000', 'no pg_hba.conf entry for host "h", user "u", database "d", no encryption'),
      /^add \?sslmode=require to the URL, or ssl to the pool, if the server takes TLS connections/,
    ],
    [
      failure('28000', 'no pg_hba.conf entry for host "h", user "u", database "d", SSL encryption'),
      /^allow this user, database and host in pg_hba\.conf$/,
    ],
    [failure('53300', 'sorry, too many clients already'), /^lower poolSize/],
    [failure('57P03', 'the database system is starting up'), /^wait until the server has started/],
    [failure('42704', 'type "xid8" does not exist'), /^use PostgreSQL 13 or later$/],
    [
      failure('08P01', 'unsupported startup parameter: statement_timeout'),
      /^the pooler refuses a setting of the connection: .*ignore_startup_parameters/,
    ],
    [failure('ENOTFOUND', 'getaddrinfo ENOTFOUND db.internal'), /^correct the host name in/],
    [failure('EAI_AGAIN', 'getaddrinfo EAI_AGAIN db.internal'), /^correct the host name in/],
    [failure('ETIMEDOUT', 'connect ETIMEDOUT'), /^check the host and port in .*firewall/],
    [new Error('timeout exceeded when trying to connect'), /firewall/],
    [failure('SELF_SIGNED_CERT_IN_CHAIN'), /^name the certificate of its authority with sslrootc/],
    [failure('DEPTH_ZERO_SELF_SIGNED_CERT'), /sslrootcert/],
    [failure('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), /sslrootcert/],
    [failure('ERR_TLS_CERT_ALTNAME_INVALID'), /sslrootcert/],
    [new Error('Connection terminated unexpectedly'), /^check that PostgreSQL, not another servi/],
    [new AggregateError([failure('ECONNREFUSED')]), /^start PostgreSQL there, or correct/],
    [
      new Error('wrapped', { cause: failure('42501') }),
      /grant usage, create on schema public to that/,
    ],
    [failure('XX000', 'something else'), /^check the database URL$/],
    ['not even an error', /^check the database URL$/],
  ])('%s', (error, fix) => {
    expect(fixOf('postgres', error, { schema: null, given: 'the database URL' })).toMatch(fix);
  });
});

describe('an SQLite that cannot be opened: the advice fits the cause', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-fault-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('names a file that is no database (S1)', async () => {
    const path = join(folder, 'a.db');
    writeFileSync(path, 'a text of another program, which is long enough to be read as a page');
    await expect(openDatabase(`file:${path}`)).rejects.toThrow(
      `SQLite at ${path} cannot be opened (file is not a database): the file is no SQLite database: name another in the database URL.`,
    );
  });

  it('names a folder in place of a file (S1)', async () => {
    mkdirSync(join(folder, 'a.db'));
    await expect(openDatabase(`file:${join(folder, 'a.db')}`)).rejects.toThrow(
      /\(EISDIR.*\): name a file in the database URL\.$/,
    );
    writeFileSync(join(folder, 'file'), '');
    await expect(openDatabase(`file:${join(folder, 'file', 'a.db')}`)).rejects.toThrow(
      /\((ENOTDIR|EEXIST).*\): name a file in the database URL\.$/,
    );
  });

  it('names a handle that may only read (S1)', async () => {
    const path = join(folder, 'a.db');
    new DatabaseSync(path).close();
    const handle = new DatabaseSync(path, { readOnly: true });
    await expect(openDatabase(handle)).rejects.toThrow(
      /\(attempt to write a readonly database\): make the file and its folder writable, or name another file in the handle\.$/,
    );
    handle.close();
  });

  it("refuses another app's table in one sentence (S1)", async () => {
    const handle = new DatabaseSync(':memory:');
    handle.exec('create table latchkey_keys (k text)');
    await expect(openDatabase(handle)).rejects.toThrow(
      'SQLite at a handle in memory has something named latchkey_keys that Latchkey did not make (it has no column signs_from): rename it, or give Latchkey a file of its own.',
    );
  });
});

describe('a driver that is not there', () => {
  it('names the package pg if it is not installed (P3)', async () => {
    const missing = () => Promise.reject(failure('ERR_MODULE_NOT_FOUND'));
    await expect(loadPg(missing)).rejects.toThrow(
      'The database URL names PostgreSQL, and its driver is not installed: run npm install pg',
    );
    await expect(loadPg(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it.each([
    ['without node:sqlite', () => Promise.reject(failure('ERR_UNKNOWN_BUILTIN_MODULE'))],
    ['with an early node:sqlite', async () => ({ StatementSync: class {} }) as never],
  ])('names what to do on a runtime %s (P3)', async (_name, load) => {
    await expect(loadNodeSqlite(load)).rejects.toThrow(
      /this runtime has no node:sqlite, or an early one: use Node 22\.16 or later, pass a Kysely instance/,
    );
  });
});
