import type { SqlDatabase } from '@latchkey/sql';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appTables, openAppDatabase } from '../../services/app-database.ts';
import { sqlLeases } from './leases.ts';

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

describe.each(['SQLite', 'PostgreSQL'])('leases on %s', (name) => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await openAppDatabase(name === 'SQLite' ? 'memory:' : postgres.url);
  });
  afterAll(() => database.close());

  describe('a lease', () => {
    it('a lease has one holder, who renews it, and is free after expiry or release', async () => {
      const leases = sqlLeases(appTables(database));
      expect(await leases.take('job', 'a', 0, 10)).toBe(true);
      expect(await leases.take('job', 'b', 9, 20)).toBe(false);
      expect(await leases.take('job', 'a', 9, 15)).toBe(true);
      expect(await leases.take('job', 'b', 14, 20)).toBe(false);
      expect(await leases.take('job', 'b', 15, 20)).toBe(true);
      await leases.release('job', 'a');
      expect(await leases.take('job', 'a', 16, 30)).toBe(false);
      await leases.release('job', 'b');
      expect(await leases.take('job', 'a', 16, 30)).toBe(true);
      const racing = await Promise.all(
        Array.from({ length: 16 }, (_, n) => leases.take('race', `node ${n}`, 0, 10)),
      );
      expect(racing.filter(Boolean)).toHaveLength(1);
    });
  });
});
