import { SYSTEM } from '@latchkey/core';
import { publicError } from '@latchkey/trpc';
import { hash } from '@node-rs/argon2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cheapHasher } from '../../testing/cheap-hasher.ts';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { newPassword, newUsername } from './account-rules.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { isCommonPassword } from './password/common-passwords.ts';
import { passwordHasher } from './passwords.ts';

let app: TestServer;
let accounts: Accounts;
let checkedAgainst: string[];
async function start(chosen = cheapHasher()): Promise<void> {
  app = await startApp({ hasher: chosen });
  checkedAgainst = [];
  const { matches, ...rest } = chosen;
  const hasher = {
    ...rest,
    matches(passwordHash: string, password: string) {
      checkedAgainst.push(passwordHash);
      return matches(passwordHash, password);
    },
  };
  accounts = await createAccounts({ ...app, hasher });
}
/** Starts the app with the password hasher of production. */
async function startAnew(): Promise<void> {
  await app.close();
  await start(passwordHasher());
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => publicError(error),
  );

describe('a password check', () => {
  beforeEach(() => start());
  afterEach(() => app.close());

  it('a password check returns the user without the hash', async () => {
    expect(await accounts.checkPassword('bob', 'password', SYSTEM)).toEqual({
      id: expect.any(String),
      username: 'bob',
      role: 'User',
      tokenVersion: 0,
      disabled: false,
      claims: {},
    });
  });

  it.each([
    ['bob', 'wrong'],
    ['mallory', 'password'],
    ['bob', 'password '],
    ["bob' or '1'='1", 'password'],
  ])('refuses to sign %j in with the password %j', async (username, password) => {
    expect(await accounts.checkPassword(username, password, SYSTEM)).toBeNull();
  });

  it('a sign-in accepts a username in any case and width', async () => {
    for (const name of ['Bob', 'BOB', 'ｂｏｂ'])
      expect((await accounts.checkPassword(name, 'password', SYSTEM))?.username).toBe('bob');
  });

  it('an unknown user costs one Argon2id check, as a wrong password does', async () => {
    await startAnew();
    await accounts.checkPassword('bob', 'wrong', SYSTEM);
    await accounts.checkPassword('mallory', 'wrong', SYSTEM);
    expect(checkedAgainst).toHaveLength(2);
    const parameters = checkedAgainst.map((passwordHash) =>
      passwordHash.split('$').slice(0, 4).join('$'),
    );
    expect(parameters).toEqual(Array(2).fill('$argon2id$v=19$m=19456,t=2,p=1'));
  });

  it('treats a malformed password hash as a wrong password', async () => {
    expect(await app.hasher.matches('plain', 'plain')).toBe(false);
  });

  it('rehashes a password once when the hash parameters have grown', async () => {
    await startAnew();
    const bob = await app.users.findAccount('bob');
    const weak = await hash('password', {
      algorithm: 2,
      memoryCost: 8_192,
      timeCost: 1,
      parallelism: 1,
    });
    await app.users.change(bob?.id ?? '', { passwordHash: weak });
    expect(await accounts.checkPassword('bob', 'wrong', SYSTEM)).toBeNull();
    expect((await app.users.findAccount('bob'))?.passwordHash).toBe(weak);
    const signedIn = await accounts.checkPassword('bob', 'password', SYSTEM);
    const strong = (await app.users.findAccount('bob'))?.passwordHash;
    expect(strong).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await app.users.findAccount('bob'))?.tokenVersion).toBe(signedIn?.tokenVersion);
    await accounts.checkPassword('bob', 'password', SYSTEM);
    expect((await app.users.findAccount('bob'))?.passwordHash).toBe(strong);
  });
});

describe('password hashing', () => {
  const hasher = passwordHasher();

  it('each password hash has its own salt', async () => {
    expect(await hasher.hash('same')).not.toBe(await hasher.hash('same'));
  });

  it('a password hash verifies another Unicode form of the password, and no other password', async () => {
    const made = await hasher.hash('caf\u00e9 au lait d\u00e9j\u00e0');
    expect(await hasher.matches(made, 'cafe\u0301 au lait de\u0301ja\u0300')).toBe(true);
    for (const other of [
      'Caf\u00e9 au lait d\u00e9j\u00e0',
      'caf\u00e9 au lait d\u00e9j\u00e0\0',
      'caf\u00e9 au lait d\u00e9j\u00e0 ',
    ])
      expect(await hasher.matches(made, other)).toBe(false);
  });

  it('hashes all 1,024 characters of a password, also after a NUL', async () => {
    const long = 'x'.repeat(1_023);
    expect(await hasher.matches(await hasher.hash(`${long}a`), `${long}b`)).toBe(false);
    expect(await hasher.matches(await hasher.hash('before\0after'), 'before\0other')).toBe(false);
  });

  it('hashes a few passwords at once, queues a bounded number, and refuses more with Retry-After', async () => {
    const { hash: hashSoon } = passwordHasher({ concurrency: 1, maxWaiting: 3 });
    const results = await Promise.all(
      Array.from({ length: 10 }, () => refusal(hashSoon('a password'))),
    );
    const refused = results.filter((result) => result !== 'done');
    expect(refused.length).toBeGreaterThanOrEqual(6);
    for (const told of refused)
      expect(told).toMatchObject({ httpStatus: 503, reason: 'overloaded', retryAfterSeconds: 2 });
    expect(await refusal(hashSoon('a password'))).toBe('done');
  });
});

describe('the rules of a new password', () => {
  it.each<[string, string, boolean]>([
    ['14 characters', 'x'.repeat(14), false],
    ['15 characters', 'x'.repeat(15), true],
    ['1,024 characters', 'x'.repeat(1_024), true],
    ['1,025 characters', 'x'.repeat(1_025), false],
    ['15 emoji, which are 30 code units', '🗝️'.repeat(8), true],
    [
      '14 letters that are 15 code points before they are composed',
      `e\u0301${'x'.repeat(13)}`,
      false,
    ],
    ['a NUL and control characters', `\0\u0007${'x'.repeat(13)}`, true],
    ['spaces only', ' '.repeat(15), true],
    ['half a surrogate pair', `\ud83d${'x'.repeat(20)}`, false],
  ])('checks a new password of %s against the length rules', (_title, password, allowed) => {
    expect(newPassword.safeParse(password).success).toBe(allowed);
    if (allowed) expect(newPassword.parse(password)).toBe(password);
  });

  it.each([
    'passwordpassword',
    'password1234567',
    'qwertyuiopasdfgh',
    '123456789012345',
    'aaaaaaaaaaaaaaaa',
    'letmeinletmein1',
    'P@ssw0rdP@ssw0rd!',
  ])('refuses %s as a common password', async (password) => {
    expect(await isCommonPassword(password, 'bob')).toBe(true);
  });

  it('refuses a password made of the username, and accepts four unrelated words', async () => {
    expect(await isCommonPassword('zebulonzebulon1', 'zebulon')).toBe(true);
    expect(await isCommonPassword('lantern otter seventeen brick', 'bob')).toBe(false);
  });
});

describe('the rules of a new username', () => {
  it.each<[string, string | null]>([
    ['Dora', 'dora'],
    ['ｄｏｒａ', 'dora'],
    ['jürgen.müller-1', 'jürgen.müller-1'],
    ['名前', '名前'],
    ['d@example.org', 'd@example.org'],
    ['a', null],
    ['x'.repeat(65), null],
    ['two words', null],
    ['.hidden', null],
    ['semi;colon', null],
    ['new\nline', null],
    ['<script>', null],
    ['a\u202eb', null],
    ['ad\ufe0fmin', null],
    ['admin\u034f', null],
    ['\u3164\u3164', null],
    ['\u03aa\u0301\u03c7', '\u0390\u03c7'],
  ])('normalizes or refuses the new username %j', (typed, kept) => {
    expect(newUsername.safeParse(typed).data ?? null).toBe(kept);
  });
});
