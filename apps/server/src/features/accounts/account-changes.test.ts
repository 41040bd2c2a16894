import { StoreUnavailableError, SYSTEM } from '@latchkey/core';
import { publicError } from '@latchkey/trpc';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cheapHasher } from '../../testing/cheap-hasher.ts';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { type Accounts, createAccounts } from './accounts.ts';

let app: TestServer;
let accounts: Accounts;
beforeEach(async () => {
  const hasher = cheapHasher();
  app = await startApp({ hasher });
  accounts = await createAccounts({ ...app, hasher });
});
afterEach(() => app.close());

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => publicError(error),
  );

describe('changing accounts', () => {
  const account = {
    username: 'carol',
    password: 'lantern otter seventeen brick',
    role: 'User' as const,
  };

  it('account creation refuses a taken name and leaves the existing account unchanged', async () => {
    expect(
      await refusal(accounts.create({ ...account, username: 'bob', role: 'Admin' }, SYSTEM)),
    ).toMatchObject({ httpStatus: 409, reason: 'conflict' });
    expect((await accounts.checkPassword('bob', 'password', SYSTEM))?.role).toBe('User');
  });

  it('a refusal of a common password names the fix', async () => {
    const told = await refusal(
      accounts.create({ ...account, password: 'passwordpassword' }, SYSTEM),
    );
    expect(told).toMatchObject({
      httpStatus: 400,
      message: expect.stringMatching(/^password: is easy to guess\. Use four unrelated words/),
    });
  });

  it('refuses to disable or demote the last administrator', async () => {
    const admin = await app.users.findAccount('admin');
    const id = admin?.id ?? '';
    for (const work of [
      () => accounts.setDisabled(id, true, SYSTEM),
      () => accounts.setRole(id, 'User', SYSTEM),
    ])
      expect(await refusal(work())).toMatchObject({
        httpStatus: 409,
        message: expect.stringContaining('last administrator'),
      });
    expect(await app.users.findAccount('admin')).toEqual(admin);
    expect(await app.auditLog.list({ limit: 10 })).toEqual([]);
  });

  it('an account change is rolled back when its revocations cannot be written', async () => {
    const bob = await app.users.findAccount('bob');
    const failing = {
      ...app.layer,
      revokeUserSessions: () =>
        Promise.reject(new StoreUnavailableError('the store fails within the transaction')),
    };
    const broken = await createAccounts({ ...app, layer: failing });
    await expect(broken.setRole(bob?.id ?? '', 'Admin', SYSTEM)).rejects.toThrow(
      'the store fails within the transaction',
    );
    expect(await app.users.findAccount('bob')).toEqual(bob);
    expect(await app.auditLog.list({ limit: 10 })).toEqual([]);
  });

  it('removing an account is rolled back when its revocations cannot be written', async () => {
    const bob = await app.users.findAccount('bob');
    const failing = {
      ...app.layer,
      revokeUserSessions: () =>
        Promise.reject(new StoreUnavailableError('the store fails within the transaction')),
    };
    const broken = await createAccounts({ ...app, layer: failing });
    await expect(broken.remove(bob?.id ?? '', SYSTEM)).rejects.toThrow(
      'the store fails within the transaction',
    );
    expect(await app.users.findAccount('bob')).toEqual(bob);
    expect(await app.auditLog.list({ limit: 10 })).toEqual([]);
  });
});
