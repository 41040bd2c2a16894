import { settableClock } from '@latchkey/core/testing';
import { openDatabase, sqlUserStore } from '@latchkey/sql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Accounts, createAccounts, createDemoAccounts } from './accounts.ts';
import { hashPassword, matchesPassword } from './passwords.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let accounts: Accounts;
let checkedAgainst: string[];
beforeEach(async () => {
  database = await openDatabase('memory:');
  checkedAgainst = [];
  const users = sqlUserStore(database.db);
  accounts = await createAccounts(users, settableClock(), (hash, password) => {
    checkedAgainst.push(hash);
    return matchesPassword(hash, password);
  });
  await createDemoAccounts(accounts, users);
});
afterEach(() => database.close());

describe('checking a password', () => {
  it('gives the user, and nothing of the hash', async () => {
    expect(await accounts.checkPassword('bob', 'password')).toEqual({
      id: expect.any(String),
      username: 'bob',
      role: 'User',
      tokenVersion: 0,
      disabled: false,
    });
  });

  it.each([
    ['bob', 'wrong'],
    ['nobody', 'password'],
    ['Bob', 'password'],
    ['bob', 'password '],
    ["bob' or '1'='1", 'password'],
  ])('refuses %j with %j', async (username, password) => {
    expect(await accounts.checkPassword(username, password)).toBeNull();
  });

  it('does the same work for an unknown user as for a wrong password: one Argon2id check of the same parameters', async () => {
    await accounts.checkPassword('bob', 'wrong');
    await accounts.checkPassword('nobody', 'wrong');
    expect(checkedAgainst).toHaveLength(2);
    const parameters = checkedAgainst.map((hash) => hash.split('$').slice(0, 4).join('$'));
    expect(parameters).toEqual(Array(2).fill('$argon2id$v=19$m=19456,t=2,p=1'));
  });

  it('takes a hash that is not one for a wrong password', async () => {
    expect(await matchesPassword('plain', 'plain')).toBe(false);
  });
});

describe('creating an account', () => {
  it('salts each hash', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
  });

  it('refuses a name that is taken, and keeps the account as it was', async () => {
    expect(await accounts.create('bob', 'another', 'Admin')).toBe(false);
    expect((await accounts.checkPassword('bob', 'password'))?.role).toBe('User');
  });
});
