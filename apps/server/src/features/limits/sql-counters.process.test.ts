import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase } from '@latchkey/test-services';
import * as vitest from 'vitest';
import { appTables, openAppDatabase } from '../../services/app-database.ts';
import { sqlCounters } from './sql-counters.ts';
import { countersContract } from './testing/counters-contract.ts';

for (const [name, start] of [
  ['SQLite', startSqlite],
  ['PostgreSQL', testDatabase],
] as const)
  countersContract(name, vitest, async (clock) => {
    const server = await start();
    const [here, there] = [await openAppDatabase(server.url), await openAppDatabase(server.url)];
    return {
      counters: [sqlCounters(appTables(here), clock), sqlCounters(appTables(there), clock)],
      async close() {
        await Promise.all([here.close(), there.close()]);
        await server.drop();
      },
    };
  });

async function startSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  return {
    url: `file:${join(folder, 'latchkey.db')}`,
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
