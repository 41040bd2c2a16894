import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countersContract } from '@latchkey/core/testing/contracts';
import { testDatabase } from '@latchkey/test-services';
import * as vitest from 'vitest';
import { sqlCounters } from './counters.ts';
import { openDatabase } from './database.ts';

for (const [name, start] of [
  ['SQLite', startSqlite],
  ['PostgreSQL', testDatabase],
] as const)
  countersContract(name, vitest, async (clock) => {
    const server = await start();
    const [here, there] = [await openDatabase(server.url), await openDatabase(server.url)];
    return {
      counters: [sqlCounters(here, clock), sqlCounters(there, clock)],
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
