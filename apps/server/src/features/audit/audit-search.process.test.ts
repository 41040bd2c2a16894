import { type SqlDatabase, sqlAuditLog } from '@latchkey/sql';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { auditEntry } from '@latchkey/test-support';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appTables, openAppDatabase } from '../../services/app-database.ts';
import { sqlUserStore } from '../accounts/user-store.ts';
import { sqlSessionReceipts } from '../receipts/session-receipts.ts';
import { type AuditQuery, type SqlAuditSearch, sqlAuditSearch } from './audit-search.ts';

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

describe.each(['SQLite', 'PostgreSQL'])('the search of the audit log on %s', (name) => {
  let database: SqlDatabase;
  let audit: SqlAuditSearch;
  beforeAll(async () => {
    database = await openAppDatabase(name === 'SQLite' ? 'memory:' : postgres.url);
    audit = sqlAuditSearch(appTables(database));
    const users = sqlUserStore(appTables(database));
    for (const username of ['alice', 'bob_1', 'bobx1'])
      await users.create({
        id: `id-${username}`,
        username,
        role: 'User',
        passwordHash: 'x',
        createdAt: 1,
      });
    await sqlSessionReceipts(appTables(database)).add([
      {
        sessionId: 's3',
        reference: 'K7QPM-2XD9H',
        userId: 'id-bobx1',
        cause: 'administrator',
        by: 'administrator',
        at: 3,
        shownReason: null,
      },
    ]);
    const by = (actorId: string | null, userId: string | null, fields: object) =>
      auditEntry({ ipAddress: null, sessionId: null, ...fields, actorId, userId });
    await sqlAuditLog(database).append([
      by('id-alice', 'id-alice', { kind: 'session.issued', at: 10, ipAddress: '192.0.2.7' }),
      by('id-alice', 'id-bob_1', {
        kind: 'role.changed',
        at: 20,
        from: 'User',
        to: 'Admin',
        statedReason: 'On leave: 100% "sure"\\_',
      }),
      by('id-alice', 'id-bobx1', {
        kind: 'session.revoked',
        at: 30,
        reason: 'administrator',
        sessionId: 's3',
        statedReason: 'Ärger',
      }),
      by(null, null, {
        kind: 'sign_in.refused',
        at: 40,
        reason: 'unknown_user',
        ipAddress: '2001:db8::7',
      }),
      by('id-gone', 'id-gone', { kind: 'user.created', at: 50, username: 'zelda', role: 'User' }),
    ]);
    await sql`insert into latchkey_audit_events (at, kind, details) values (60, 'odd', '{')`.execute(
      database.db,
    );
  });
  afterAll(() => database.close());

  const found = async (query: Partial<AuditQuery>) =>
    (await audit.search({ limit: 100, ...query })).records.map(({ at }) => at);

  it('lists audit events with the names of existing users, and with references of sessions', async () => {
    const { records: rows } = await audit.search({ limit: 100 });
    expect(
      rows.map(({ at, actorName, username, reference }) => [at, actorName, username, reference]),
    ).toEqual([
      [60, null, null, null],
      [50, null, null, null],
      [40, null, null, null],
      [30, 'alice', 'bobx1', 'K7QPM-2XD9H'],
      [20, 'alice', 'bob_1', null],
      [10, 'alice', 'alice', null],
    ]);
    const { actorName: _, username: __, reference: ___, ...record } = rows[3] ?? ({} as never);
    expect((await sqlAuditLog(database).list({ limit: 100 }))[3]).toEqual(record);
  });

  it('pages through the audit log under any filter', async () => {
    const { next } = await audit.search({ actors: ['alice'], limit: 1 });
    expect(await found({ actors: ['alice'], after: next ?? undefined })).toEqual([20, 10]);
    expect((await audit.search({ actors: ['alice'], limit: 3 })).next).toBe(null);
  });

  it.each<[Partial<AuditQuery>, number[]]>([
    [{ actors: ['id-alice'] }, [30, 20, 10]],
    [{ actors: ['nemo', 'alice'] }, [30, 20, 10]],
    [{ actors: ['id-gone'] }, [50]],
    [{ actors: ['%'] }, []],
    [{ userId: 'id-bob_1' }, [20]],
    [{ sessionId: 's3' }, [30]],
    [{ kinds: ['role.changed', 'user.created'] }, [50, 20]],
    [{ kinds: ['role.changed', 'user.created'], kind: 'user.created' }, [50]],
    [{ since: 20 }, [60, 50, 40, 30, 20]],
    [{ since: 21, until: 40 }, [30]],
    [{ until: 41 }, [40, 30, 20, 10]],
    [{ text: 'ALICE' }, [30, 20, 10]],
    [{ text: 'bob' }, [30, 20]],
    [{ text: 'bob_' }, [20]],
    [{ text: 'bob_1' }, [20]],
    [{ text: 'lic' }, [30, 20, 10]],
    [{ text: 'li' }, []],
    [{ text: 'AL' }, [30, 20, 10]],
    [{ text: 'bo*' }, []],
    [{ text: 'alice OR bob' }, []],
    [{ text: 'on near leave' }, []],
    [{ text: '192.0' }, [10]],
    [{ text: '2001:DB8:' }, [40]],
    [{ text: 'db8::' }, []],
    [{ text: 'unknown' }, [40]],
    [{ text: 'k7qpm' }, [30]],
    [{ text: 'k7qpm2xd9h' }, [30]],
    [{ text: 'on LEAVE' }, [20]],
    [{ text: '100%' }, [20]],
    [{ text: '%' }, []],
    [{ text: '"sure"' }, [20]],
    [{ text: '"sure"\\_' }, [20]],
    [{ text: 'sure_' }, []],
    [{ text: '\\' }, []],
    [{ text: 'un' }, [40]],
    [{ text: 'known' }, [40]],
    [{ text: 'Ärger' }, [30]],
    [{ text: 'rger' }, [30]],
    [{ text: 'Är' }, [30]],
    [{ text: 'zelda' }, [50]],
    [{ text: 'statedReason' }, []],
    [{ text: '"' }, []],
    [{ text: "' or 1=1 --" }, []],
    [{ text: '{' }, []],
    [
      {
        text: 'alice',
        kinds: ['role.changed'],
        since: 1,
        until: 99,
        actors: ['alice'],
        userId: 'id-bob_1',
      },
      [20],
    ],
  ])('the audit filter %j finds exactly the matching records', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });
});
