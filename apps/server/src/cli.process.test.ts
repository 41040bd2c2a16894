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
/** Starts a server on the database that the CLI commands use. */
async function running(more: Record<string, string> = {}): Promise<TestServer> {
  const { DATABASE_URL: databaseUrl } = database();
  started = await startApp({ databaseUrl, variables: variables(more), jobs: true });
  return started;
}

describe('the command line', () => {
  it('the CLI prints help, and names an unknown command, argument or option', async () => {
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
        /^npm run cli -- users set-role <username> <role>\n\n {2}changes the role of a user/,
      ),
    });
    expect(await cli('explode')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^"explode" is not a command\./),
    });
    expect(await cli('users')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^"users" is not a command\./),
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
      err: expect.stringMatching(/^"users lst" is not a command\.\n\(Did you mean list\?\)/),
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

  it('the CLI accepts an id that begins with a dash', async () => {
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

  it('a CLI process exits with its documented codes, reads piped passwords and prints only its report', {
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
      err: expect.stringMatching(/^The password is empty\./),
    });
    expect(await run('users disable nemo')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^There is no user/),
    });
    expect((await run('audit export')).out.split('\n')).toHaveLength(1);
  });

  it('the command secret prints a value that the server accepts as LATCHKEY_SECRET', async () => {
    const { out } = await cli('secret');
    expect(out).toMatch(/^[\w-]{43}$/);
    expect((await cli('users list', '', { LATCHKEY_SECRET: out })).code).toBe(0);
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
    expect((await onItsClock('sessions list bob')).out).toBe('bob has no live session.');
    for (const browser of [first, second]) {
      browser.dropCookie('X-Access-Token');
      expect((await browser.request('/dashboard')).status).toBe(401);
    }
  });

  it.each([
    ['sessions list nemo', 1, /^There is no user "nemo"/],
    ['sessions revoke nothing', 1, /^There is no live session "nothing"/],
    ['sessions revoke --user nemo', 1, /^There is no user "nemo"/],
    ['sessions revoke', 2, /^Name either a session id or --user USERNAME/],
    ['sessions revoke id --user carol', 2, /^Name either a session id or --user USERNAME/],
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
});

it.each([
  ['done', 'users list', 0, 'out', /^USERNAME|^No users/],
  ['refused', 'users disable nemo', 1, 'err', /There is no user/],
] as const)(
  'a CLI command that is %s exits even with open handles (D11)',
  async (_how, words, code, stream, said) => {
    const leftOpen = { NODE_OPTIONS: '--import=data:text/javascript,setInterval(()=>{},1e9)' };
    const ended = await runCli(wordsOf(words), { cwd: path(), variables: variables(leftOpen) });
    expect([ended.code, ended[stream]]).toEqual([code, expect.stringMatching(said)]);
  },
);
