import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../database.ts';
import { sqlSessionStore } from '../../sessions/session-store.ts';

let folder: string;
let umask: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-private-'));
  umask = process.umask(0o022);
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});

const modeOf = (...names: string[]) => (statSync(join(folder, ...names)).mode & 0o777).toString(8);
const modesIn = (name: string) =>
  readdirSync(join(folder, name)).map((file) => [file, modeOf(name, file)]);
const ALL_PRIVATE = ['a.db', 'a.db-shm', 'a.db-wal'].map((file) => [file, '600']);

it('creates a database and its companion files readable by their owner alone', async () => {
  const database = await openDatabase(`file:${join(folder, 'deep', 'data', 'a.db')}`);
  await sqlSessionStore(database).create(sessionRecord({ id: 'one' }));
  expect([modeOf('deep'), modeOf('deep', 'data'), modesIn(join('deep', 'data'))]).toEqual([
    '700',
    '700',
    ALL_PRIVATE,
  ]);
  await database.close();
});

it("removes the rights of others from existing files, and keeps their folder's mode", async () => {
  mkdirSync(join(folder, 'data'), { mode: 0o755 });
  const url = `file:${join(folder, 'data', 'a.db')}`;
  const first = await openDatabase(url);
  for (const file of readdirSync(join(folder, 'data')))
    chmodSync(join(folder, 'data', file), 0o644);
  const second = await openDatabase(url);
  expect([modeOf('data'), modesIn('data')]).toEqual(['755', ALL_PRIVATE]);
  await Promise.all([first.close(), second.close()]);
});
