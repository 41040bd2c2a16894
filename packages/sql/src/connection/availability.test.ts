import { StoreUnavailableError } from '@latchkey/core';
import { expect, it } from 'vitest';
import { available } from './availability.ts';

const failing = (code: string) => {
  const error = Object.assign(new Error(code), { code });
  return { error, run: () => available(() => Promise.reject(error)) };
};

it.each(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_CANTOPEN', 'SQLITE_READONLY_DBMOVED'])(
  'throws StoreUnavailableError for %s of another SQLite driver under a Kysely instance (S1)',
  async (code) => {
    await expect(failing(code).run()).rejects.toThrow(StoreUnavailableError);
  },
);

it.each(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR', '23505'])(
  'rethrows the fault %s of a statement unchanged',
  async (code) => {
    const { error, run } = failing(code);
    await expect(run()).rejects.toBe(error);
  },
);

it('tries again while another SQLite driver under a Kysely instance is busy (S1)', async () => {
  let calls = 0;
  const busyOnce = () =>
    ++calls === 1 ? Promise.reject(failing('SQLITE_BUSY').error) : Promise.resolve('done');
  expect(await available(busyOnce)).toBe('done');
  expect(calls).toBe(2);
});
