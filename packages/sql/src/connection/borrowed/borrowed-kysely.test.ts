import { StoreUnavailableError } from '@latchkey/core';
import type { CompiledQuery, DatabaseConnection } from 'kysely';
import { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { available } from '../availability.ts';
import { borrowedKyselyDialect } from './borrowed-kysely.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An app's instance with one connection, and how often it was given back. */
function instance(executeQuery: (query: CompiledQuery) => Promise<{ rows: unknown[] }>) {
  let returned = 0;
  const connection = { executeQuery } as unknown as DatabaseConnection;
  const given = {
    isTransaction: false,
    getExecutor: () => ({
      async provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>) {
        const result = await consumer(connection);
        returned++;
        return result;
      },
    }),
  };
  const db = new Kysely<{ t: { a: number } }>({
    dialect: borrowedKyselyDialect(given, 'postgres'),
  });
  return { db, returned: () => returned };
}

it('gives up on a statement that is not answered, and keeps its connection until it is (S1)', async () => {
  const answer = Promise.withResolvers<{ rows: unknown[] }>();
  const { db, returned } = instance(() => answer.promise);
  const refused = expect(available(() => db.selectFrom('t').selectAll().execute())).rejects.toThrow(
    StoreUnavailableError,
  );
  await vi.advanceTimersByTimeAsync(5_000);
  await refused;
  expect(returned()).toBe(0);
  answer.resolve({ rows: [] });
  await vi.advanceTimersByTimeAsync(0);
  expect(returned()).toBe(1);
});

it('gives up on an instance that has no connection in time (S1)', async () => {
  const given = {
    isTransaction: false,
    getExecutor: () => ({ provideConnection: () => new Promise<never>(() => {}) }),
  };
  const db = new Kysely<{ t: { a: number } }>({
    dialect: borrowedKyselyDialect(given, 'postgres'),
  });
  const refused = expect(available(() => db.selectFrom('t').selectAll().execute())).rejects.toThrow(
    StoreUnavailableError,
  );
  await vi.advanceTimersByTimeAsync(2_000);
  await refused;
});

it('bounds its transactions, and reports one that PostgreSQL has rolled back (S1)', async () => {
  const sent: string[] = [];
  const { db, returned } = instance(async ({ sql }) => {
    sent.push(sql);
    return { rows: sql === 'commit' ? [{ command: 'ROLLBACK' }] : [] };
  });
  await expect(db.transaction().execute(async () => {})).rejects.toThrow(
    'the transaction was rolled back',
  );
  expect(sent).toEqual([
    'begin',
    expect.stringMatching(/^select set_config\('statement_timeout', '5000', true\)/),
    'commit',
    'rollback',
  ]);
  expect(returned()).toBe(1);
});
