import { SYSTEM } from '@latchkey/core';
import { publicError } from '@latchkey/trpc';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';
import { newUsername } from './account-rules.ts';

const PASSWORD = 'lantern otter seventeen brick';
const messageFor = (name: string) =>
  newUsername.safeParse(name).error?.issues.map(({ message }) => message) ?? [];

describe('a new username (V10)', () => {
  it.each<[string, string]>([
    ['a zero-width space', 'a\u200bb'],
    ['a zero-width joiner', 'ab\u200d'],
    ['a soft hyphen', 'a\u00adb'],
    ['a word joiner', 'a\u2060b'],
    ['a byte order mark', '\ufeffab'],
    ['a right-to-left override', 'a\u202eb'],
    ['a variation selector', 'a\ufe0fb'],
    ['a combining grapheme joiner', 'a\u034fb'],
    ['a tag character', 'ab\u{e0061}'],
    ['the Hangul filler', 'a\u3164'],
    ['the Hangul choseong filler', '\u115fa'],
    ['a Khmer inherent vowel', 'a\u17b4'],
    ['a line separator', 'a\u2028b'],
    ['a control character', 'a\u0085b'],
    ['a character for private use', 'a\ue000'],
    ['an unassigned character', 'a\u0378'],
    ['half a surrogate pair', 'a\ud83db'],
  ])('refuses a username with %s, and names the character', (_title, name) => {
    expect(messageFor(name)).toEqual([
      expect.stringMatching(/^holds U\+[0-9A-F]{4,5}, which is invisible: leave it out$/),
    ]);
  });

  it.each<[string, string, string]>([
    ['the Egyptian full blank', 'ab\u{13441}', 'U+13441'],
    ['the Egyptian half blank', 'ab\u{13442}', 'U+13442'],
    ['the Khitan filler', 'ab\u{16fe4}', 'U+16FE4'],
    ['a hieroglyph', '\u{13000}\u{13001}', 'U+13000'],
  ])('refuses a username with %s, of a script that is not in use', (_title, name, code) => {
    expect(messageFor(name)).toEqual([
      `holds ${code}, a letter of a script that is not in use: use another letter`,
    ]);
  });

  it.each<[string, string, RegExp]>([
    [
      '60 stacked accents',
      `a${'\u0301'.repeat(60)}b`,
      /^has more than 3 marks on one letter, U\+0301/,
    ],
    ['four marks', `ab${'\u0300\u0316\u0323\u0331'}`, /^has more than 3 marks on one letter/],
    ['an enclosing mark', 'ab\u20dd', /^holds U\+20DD, which encloses a letter/],
    ['marks alone', '\u0301\u0301', /^must be 2 to 64 letters/],
    [
      'Latin and Cyrillic',
      '\u0430dmin',
      /^mixes Latin with Cyrillic letters \(U\+0430\): use one alphabet$/,
    ],
    ['Latin and Greek', 'b\u03bfb', /^mixes Latin with Greek letters \(U\+03BF\)/],
    ['Cyrillic and Greek', '\u0430\u03b2', /^mixes Cyrillic with Greek/],
    ['Latin and Armenian', 'admi\u0578', /^mixes Latin with Armenian/],
    ['Latin and Cherokee', '\uab7admin', /^mixes Latin with Cherokee/],
  ])('refuses a username with %s', (_title, name, message) => {
    expect(messageFor(name)).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    'zo\u00eb',
    'nguy\u1ec5n.v\u0103n',
    '\u0438\u0432\u0430\u043d',
    '\u03b3\u03b9\u03ac\u03bd\u03bd\u03b7\u03c2',
    '\u540d\u524dsato',
    '\ucca0\uc218',
    '\u0645\u062d\u0645\u0651\u064e\u062f',
    '\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd',
    '\u0e19\u0e49\u0e33\u0e17\u0e35\u0e48',
    '\u0924\u094d\u0930\u093f\u092a\u093e\u0920\u0940',
    '\u1000\u1031\u102c\u1004\u103a\u1038',
    '\u10d2\u10d8\u10dd\u10e0\u10d2\u10d8',
    '\u13a0\u13b5\u13cd',
    '\u0f66\u0f90\u0fb1\u0f7a',
  ])('accepts the username %j', (name) => {
    expect(messageFor(name)).toEqual([]);
  });
});

describe('a username that looks like a privileged one (V10)', () => {
  let app: TestServer;
  beforeEach(async () => {
    app = await startApp();
  });
  afterEach(() => app.close());
  const signUp = (username: string) =>
    caller(app.browser()).mutate('account.signUp', { username, password: PASSWORD });
  const create = (username: string, role: 'Admin' | 'User') =>
    app.accounts.create({ username, password: PASSWORD, role }, SYSTEM);

  it.each([
    ['\u0430\u0501\u043c\u0456\u043f', 'U+0430'],
    ['adm1n', 'U+0031'],
    ['adm\u0131n', 'U+0131'],
    ['\u00e1dmin', 'U+0301'],
    ['\u0251dmin', 'U+0251'],
    ['\u1d00\u1d05\u1d0d\u026a\u0274', 'U+1D00'],
    ['adrnin', 'U+0072'],
    ['r\u00f8\u00f8t', 'U+00F8'],
    ['supp0rt', 'U+0030'],
  ])('refuses the username %j and names the field and the character', async (username, code) => {
    const { status, error } = await signUp(username);
    expect([status, error?.message]).toEqual([
      400,
      expect.stringMatching(
        `^username: looks the same as \\w+ \\(${code.replace('+', '\\+')}\\): choose another name\\.`,
      ),
    ]);
    expect(await app.users.findAccount(username)).toBeNull();
  });

  it("refuses a username that imitates any administrator's, also from an operator", async () => {
    await create('ivanov', 'Admin');
    const told = await create('lvanov', 'User').catch((error: unknown) => publicError(error));
    expect(told).toMatchObject({
      httpStatus: 400,
      message: 'username: looks the same as ivanov (U+006C): choose another name.',
    });
  });

  it("accepts a username that resembles a plain user's, and refuses an identical one", async () => {
    await create('ivanov', 'User');
    expect((await signUp('lvanov')).status).toBe(200);
    expect((await signUp('admin')).status).toBe(409);
  });

  it("an existing account whose name imitates an administrator's still signs in", async () => {
    const username = '\u0430\u0501\u043c\u0456\u043f';
    await app.users.create({
      id: 'old',
      username,
      role: 'User',
      passwordHash: await app.hasher.hash(PASSWORD),
      createdAt: 0,
    });
    expect((await app.browser().post('/login', { username, password: PASSWORD })).status).toBe(200);
  });
});
