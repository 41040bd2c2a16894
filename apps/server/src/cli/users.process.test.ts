import { describe, expect, it } from 'vitest';
import { commandLine } from '../testing/command-line.ts';
import { processFixture } from '../testing/process-fixture.ts';

const { database } = processFixture();
const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 4').toString('base64url');
const PASSWORD = 'lantern otter seventeen brick';
const variables = () => ({ ...database(), LATCHKEY_SECRET });

const cli = (words: string, stdin?: string) =>
  commandLine(words, variables(), { ...(stdin !== undefined && { stdin }) });
const json = async <Data>(words: string) => JSON.parse((await cli(`${words} --json`)).out) as Data;

describe('the users commands', () => {
  it('users commands write an audit event for each change', async () => {
    expect(await cli('users create Carol --role admin', `${PASSWORD}\n`)).toEqual({
      code: 0,
      out: 'carol is created with the role Admin.',
      err: '',
    });
    await cli('users create dora', PASSWORD);
    expect(await cli('users set-role dora admin')).toMatchObject({
      code: 0,
      out: 'dora has the role Admin from the next sign-in.',
    });
    expect(await cli('users disable carol')).toMatchObject({
      code: 0,
      out: 'carol is disabled and signed out everywhere.',
    });
    const users = await json<{ username: string; role: string; disabled: boolean }[]>('users list');
    expect(users.map(({ username, role, disabled }) => [username, role, disabled])).toEqual([
      ['carol', 'Admin', true],
      ['dora', 'Admin', false],
    ]);
    expect((await cli('users list --search DOR')).out).toMatch(
      /^USERNAME +ROLE +STATE +CREATED +ID\ndora +Admin +active +\d{4}-.*Z +[\w-]{36}$/,
    );
    expect((await cli('users enable carol')).code).toBe(0);
    expect(await cli('users remove carol')).toMatchObject({
      code: 0,
      out: 'carol is removed and signed out everywhere.',
    });
    expect((await json<object[]>('users list')).length).toBe(1);
    const events = (await cli('audit export')).out
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; userAgent: string });
    expect(events.map(({ kind }) => kind)).toEqual([
      'user.removed',
      'user.enabled',
      'user.disabled',
      'role.changed',
      'user.created',
      'user.created',
    ]);
    expect(new Set(events.map(({ userAgent }) => userAgent))).toEqual(new Set(['latchkey cli']));
  });

  it.each([
    ['users disable nemo', 1, /^There is no user "nemo"/],
    ['users enable nemo', 1, /^There is no user "nemo"/],
    ['users set-role nemo admin', 1, /^There is no user "nemo"/],
    ['users set-role carol emperor', 2, /^role is "emperor": use one of Admin, User\./],
    ['users set-role carol user', 1, /^carol is the last administrator/],
    ['users remove nemo', 1, /^There is no user "nemo"/],
    ['users remove carol', 1, /^carol is the last administrator/],
    ['users disable carol', 1, /^carol is the last administrator/],
    ['users create carol', 1, /^username: carol is taken/],
    ['users create x', 1, /^The username must be 2 to 64/],
  ])(
    'the command "%s" prints one error, exits with %d, and changes nothing',
    async (words, code, message) => {
      await cli('users create carol --role Admin', PASSWORD);
      const before = [await json('users list'), (await cli('audit export')).out];
      const result = await cli(words, PASSWORD);
      expect(result).toMatchObject({ code, out: '', err: expect.stringMatching(message) });
      expect([await json('users list'), (await cli('audit export')).out]).toEqual(before);
    },
  );

  it.each([
    ['a short password', 'short\n', 1, /^The password must be at least 15/],
    ['a common password', 'passwordpassword\n', 1, /^password: is easy to guess/],
    ['no password', '', 2, /^The password is empty\. Type it at the prompt, or pipe it in/],
  ])('users create refuses %s', async (_title, stdin, code, message) => {
    expect(await cli('users create carol', stdin)).toMatchObject({
      code,
      err: expect.stringMatching(message),
    });
    expect(await json('users list')).toEqual([]);
  });
});
