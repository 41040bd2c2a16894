import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@latchkey/core';
import { afterEach, describe, expect, it } from 'vitest';
import { commandLine } from './testing/command-line.ts';
import { processFixture, signIn } from './testing/process-fixture.ts';
import { runCli } from './testing/run-cli.ts';
import { startApp, type TestServer } from './testing/start-app.ts';

const { path, database } = processFixture();
const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 4').toString('base64url');
const PASSWORD = 'lantern otter seventeen brick';
const variables = (more: Record<string, string> = {}) => ({
  ...database(),
  LATCHKEY_SECRET,
  ...more,
});
const wordsOf = (words: string) => words.split(' ').filter(Boolean);

const cli = (words: string, stdin?: string, more?: Record<string, string>) =>
  commandLine(words, variables(more), { ...(stdin !== undefined && { stdin }) });
const json = async <Data>(words: string, clock?: Clock) =>
  JSON.parse(
    (await commandLine(`${words} --json`, variables(), { ...(clock && { clock }) })).out,
  ) as Data;

let started: TestServer | undefined;
afterEach(async () => {
  await started?.close();
  started = undefined;
});
/** A server on the database that the commands use. */
async function running(more: Record<string, string> = {}): Promise<TestServer> {
  const { DATABASE_URL: databaseUrl } = database();
  started = await startApp({ databaseUrl, variables: variables(more), jobs: true });
  return started;
}

describe('the command line', () => {
  it('prints help, and names an unknown command, argument or option', async () => {
    const overview = await cli('');
    expect([overview.code, (await cli('--help')).out]).toEqual([0, overview.out]);
    for (const name of [
      'users create',
      'users unlock',
      'sessions revoke',
      'audit verify',
      'audit export',
      'policies',
      'migrate',
      'purge',
      'secret',
      'keys rotate',
    ])
      expect(overview.out).toContain(`  ${name}`);
    expect(await cli('users set-role --help')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^npm run cli -- users set-role <username> <role>\n\n {2}changes a role/,
      ),
    });
    expect(await cli('explode')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^"explode" is no command\./),
    });
    expect(await cli('users')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^"users" is no command\./),
    });
    expect(await cli('migrate now')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^migrate does not take "now"\./),
    });
    expect(await cli('users --help')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^npm run cli -- users <command>\n\n {2}users list/),
    });
    expect(await cli('users lst')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^"users lst" is no command\.\n\(Did you mean list\?\)/),
    });
    expect(await cli('users create carol --role')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^Option '--role <role>' argument missing\./),
    });
    expect(await cli('users disable')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^users disable needs: username\./),
    });
    expect(await cli('migrate --fast')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Unknown option '--fast'/),
    });
    expect(await cli('migrate', '', { DATABASE_URL: 'nonsense' })).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^The command cannot run with this environment:\n {2}DATABASE_URL = "\(hidden\)": must be/,
      ),
    });
  });

  it('accepts an id that begins with a dash', async () => {
    await cli('migrate');
    expect(await cli('keys remove -mZ8bT0fQ1xY')).toMatchObject({
      code: 1,
      err: expect.not.stringMatching(/option/),
    });
    expect(await cli('sessions revoke -mZ8bT0fQ1xYaaaaaaaaaa')).toMatchObject({
      err: expect.not.stringMatching(/option/),
    });
    expect(await cli('migrate -f')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Unknown option '-f'/),
    });
  });

  it('migrate prints its SQL with --dry-run, then runs it once', async () => {
    const dry = await cli('migrate --dry-run');
    expect(dry.out).toMatch(
      /^-- latchkey_migrations\/001-initial\ncreate table "latchkey_sessions".*\n\n-- app_migrations\/001-initial\ncreate table "app_users"/s,
    );
    expect(existsSync(path('latchkey.db'))).toBe(false);
    expect(await cli('migrate')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /ran latchkey_migrations\/001-initial, app_migrations\/001-initial$/,
      ),
    });
    expect((await cli('migrate --dry-run')).out).toBe('-- up to date');
    expect(await cli('migrate')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/up to date$/),
    });
  });

  it('refuses a schema that is newer than the program, and does not change it', async () => {
    await cli('migrate');
    const file = new DatabaseSync(path('latchkey.db'));
    file.exec("insert into latchkey_migrations values ('999-of-the-future', '2030-01-01')");
    file.close();
    expect(await cli('users list')).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^SQLite at \S+ has a schema that is newer than this program \(migration 999-of-the-future in latchkey_migrations\): update the program\.$/,
      ),
    });
  });

  it('a CLI process exits with codes, reads piped passwords and prints only its report', {
    timeout: 120_000,
  }, async () => {
    const run = (words: string, stdin?: string) =>
      runCli(wordsOf(words), {
        cwd: path(),
        variables: variables(),
        ...(stdin !== undefined && { stdin }),
      });
    expect(await run('users create carol --json', `${PASSWORD}\n`)).toEqual({
      code: 0,
      out: expect.stringMatching(/^\{\n {2}"id": .*"User"\n\}$/s),
      err: '',
    });
    expect(await run('users create dora', '')).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^No password came\./),
    });
    expect(await run('users disable nemo')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^There is no user/),
    });
    expect((await run('audit export')).out.split('\n')).toHaveLength(1);
  });

  it('secret prints a value that the server accepts', async () => {
    const { out } = await cli('secret');
    expect(out).toMatch(/^[\w-]{43}$/);
    expect((await cli('users list', '', { LATCHKEY_SECRET: out })).code).toBe(0);
  });

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
    ['users set-role carol emperor', 2, /^"emperor" is no role\. There are: Admin, User\./],
    ['users set-role carol user', 1, /^carol is the last administrator/],
    ['users remove nemo', 1, /^There is no user "nemo"/],
    ['users remove carol', 1, /^carol is the last administrator/],
    ['users disable carol', 1, /^carol is the last administrator/],
    ['users create carol', 1, /^username: carol is taken/],
    ['users create x', 1, /^The username must be 2 to 64/],
    ['sessions list nemo', 1, /^There is no user "nemo"/],
    ['sessions revoke nothing', 1, /^There is no live session "nothing"/],
    ['sessions revoke --user nemo', 1, /^There is no user "nemo"/],
    ['sessions revoke', 2, /^Name either a session id or --user USERNAME/],
    ['sessions revoke id --user carol', 2, /^Name either a session id or --user USERNAME/],
  ])('"%s" prints one error, exits with %d, and changes nothing', async (words, code, message) => {
    await cli('users create carol --role Admin', PASSWORD);
    const before = [await json('users list'), (await cli('audit export')).out];
    const result = await cli(words, PASSWORD);
    expect(result).toMatchObject({ code, out: '', err: expect.stringMatching(message) });
    expect([await json('users list'), (await cli('audit export')).out]).toEqual(before);
  });

  it.each([
    ['a short password', 'short\n', 1, /^The password must be at least 15/],
    ['a common password', 'passwordpassword\n', 1, /^password: is easy to guess/],
    ['no password', '', 2, /^No password came\. Type it at the prompt, or pipe it in/],
  ])('creates no user with %s', async (_title, stdin, code, message) => {
    expect(await cli('users create carol', stdin)).toMatchObject({
      code,
      err: expect.stringMatching(message),
    });
    expect(await json('users list')).toEqual([]);
  });

  it('sessions commands list and end sessions of a running server', async () => {
    const server = await running();
    const [first, second] = [server.browser(), server.browser()];
    for (const browser of [first, second]) await signIn(browser);
    const { sessions } = await json<{ sessions: { id: string }[] }>(
      'sessions list bob',
      server.clock,
    );
    expect(sessions).toHaveLength(2);
    const onItsClock = (words: string) => commandLine(words, variables(), server);
    expect((await onItsClock('sessions list bob')).out).toMatch(
      /^ID +BROWSER +SYSTEM +ADDRESS +LAST SEEN +CREATED\n/,
    );
    expect(await onItsClock(`sessions revoke ${sessions[0]?.id}`)).toMatchObject({
      code: 0,
      out: 'The session has ended.',
    });
    expect(await onItsClock('sessions revoke --user bob')).toMatchObject({
      code: 0,
      out: '1 session of bob ended.',
    });
    expect((await onItsClock('sessions list bob')).out).toBe('bob is signed in nowhere.');
    for (const browser of [first, second]) {
      browser.dropCookie('X-Access-Token');
      expect((await browser.request('/dashboard')).status).toBe(401);
    }
  });

  it('audit verify accepts a sealed log, and exits with 1 after tampering', async () => {
    const server = await running({ AUDIT_SEAL_SECONDS: '60' });
    await signIn(server.browser());
    await server.clock.pass(60);
    const hash = server.log().find(({ event }) => event === 'audit.sealed')?.hash;
    await server.close();
    expect(hash).toMatch(/^[\w-]+$/);
    expect(await cli(`audit verify --hash=${hash}`)).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^The audit log is intact: 1 events under 1 seals, 0 not sealed yet\.\nLast hash: /,
      ),
    });
    const file = new DatabaseSync(path('latchkey.db'));
    file.exec(
      "drop trigger latchkey_audit_events_no_update; update latchkey_audit_events set ip_address = 'elsewhere'",
    );
    file.close();
    expect(await cli('audit verify')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^The audit log is broken at seal 1: its hash does not match/),
    });
    expect(JSON.parse((await cli('audit verify --json')).out)).toMatchObject({
      kind: 'broken',
      seal: 1,
    });
  });

  it('purge removes sessions that expired more than a day ago, and no others', async () => {
    await cli('migrate');
    const file = new DatabaseSync(path('latchkey.db'));
    const insert = file.prepare(
      "insert into latchkey_sessions values (?, 'u', 'alice', 0, 'h', null, null, 0, null, 0, 0, 0, 0, ?, 9e15, null, null, null, null)",
    );
    file.exec('begin');
    for (let n = 0; n < 1_200; n++) insert.run(`id ${n}`, n < 1_199 ? 1_000 : 9e15);
    file.exec('commit');
    file.close();
    expect(await cli('purge')).toMatchObject({ code: 0, out: '1199 expired sessions removed.' });
    expect(await cli('purge --json')).toMatchObject({ code: 0, out: '{\n  "removed": 0\n}' });
  });
});

// D11
it.each([
  ['done', 'users list', 0, 'out', /^USERNAME|^No users/],
  ['refused', 'users disable nemo', 1, 'err', /There is no user/],
] as const)(
  'a command that is %s exits even with open handles',
  async (_how, words, code, stream, said) => {
    const leftOpen = { NODE_OPTIONS: '--import=data:text/javascript,setInterval(()=>{},1e9)' };
    const ended = await runCli(wordsOf(words), { cwd: path(), variables: variables(leftOpen) });
    expect([ended.code, ended[stream]]).toEqual([code, expect.stringMatching(said)]);
  },
);
