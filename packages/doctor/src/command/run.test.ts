import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appFolders } from '../testing/app-folder.ts';
import { startProxy } from '../testing/broken-proxy.ts';
import { APP, startApp, type TestApp } from '../testing/start-app.ts';
import { run } from './run.ts';

const folders = appFolders();
let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  folders.remove();
  await app.close();
});

/** Runs a command on a terminal on which one password is typed. */
async function ran(words: readonly string[], typed: string | null = APP.password) {
  const seen = { out: '', err: '', prompts: [] as string[] };
  const code = await run(words, {
    print(text) {
      seen.out += text;
    },
    printError(text) {
      seen.err += text;
    },
    progress: () => {},
    readSecret: async (prompt) => {
      seen.prompts.push(prompt);
      return typed;
    },
  });
  return { code, ...seen };
}

const PATHS = ['--login', '/sign-in', '--logout', '/sign-out', '--read', '/mine'];
const visiting = (origin: string) => ['visit', origin, '--username', 'bob', ...PATHS];
const OLD = { dependencies: { '@latchkey/trpc': '1', '@trpc/server': '11' } };
const installed = { '@latchkey/trpc': { version: '1.0.0' }, '@trpc/server': { version: '11.0.0' } };

describe('the command check', () => {
  it('check of a folder without findings says so and has exit code 0', async () => {
    const folder = folders.make({});
    expect(await ran(['check', folder])).toMatchObject({
      code: 0,
      out: `No findings in ${folder}: Node, peer dependencies, TypeScript and duplicate packages are as Latchkey needs them.`,
      err: '',
    });
  });

  it('check prints a fault, its effect and its fix, and has exit code 1', async () => {
    const folder = folders.make({ manifest: OLD, installed });
    expect(await ran(['check', folder])).toMatchObject({
      code: 1,
      out: `FAULT  peer-too-old
  what  @trpc/server 11.0.0 is installed
  why   @latchkey/trpc needs ^11.9.0
  fix   npm install @trpc/server@^11.9.0

1 fault and 0 warnings in ${folder}.`,
    });
  });

  it('check with warnings alone has exit code 0', async () => {
    const folder = folders.make({ manifest: { engines: { node: '>=20' } } });
    const { code, out } = await ran(['check', folder]);
    expect([code, out]).toEqual([0, expect.stringContaining('0 faults and 1 warning in ')]);
  });

  it('check --json prints the findings for programs', async () => {
    const folder = folders.make({ manifest: OLD, installed });
    const { code, out } = await ran(['check', '--json', folder]);
    expect([code, JSON.parse(out)]).toEqual([
      1,
      {
        findings: [
          expect.objectContaining({
            id: 'peer-too-old',
            severity: 'fault',
            what: expect.any(String),
          }),
        ],
      },
    ]);
  });

  it('check of a folder without package.json has exit code 2', async () => {
    expect(await ran(['check', '/nonexistent'])).toMatchObject({
      code: 2,
      out: '',
      err: '/nonexistent has no package.json: name the folder of your app.',
    });
  });

  it.each([[[]], [['--json']]])(
    'escapes control characters of file names and contents with %j',
    async (options) => {
      const evil = '\u001b[2J\u202e';
      const folder = folders.make({
        manifest: { engines: { node: `20 ||${evil}` } },
        files: {
          'tsconfig.json': { extends: `./${evil}.json` },
        },
      });
      const { out } = await ran(['check', folder, ...options]);
      expect(out).toContain('tsconfig-unreadable');
      expect(['\u001b', '\u202e'].filter((control) => out.includes(control))).toEqual([]);
    },
  );
});

describe('the command visit', () => {
  it('visit says what was not checked, asks for the password, and has exit code 0', async () => {
    expect(await ran(visiting(app.origin))).toEqual({
      code: 0,
      out: `No findings at ${app.origin}.\nNot checked: forged addresses (--address), event streams (--stream), WebSockets (--websocket).`,
      err: '',
      prompts: ['Password of bob: '],
    });
  });

  it('visit checks streams, WebSockets, addresses and headers that are named', async () => {
    const { origin, close } = await startProxy(app.origin, {
      blocksUpgrades: true,
      onRequest: ({ 'x-forwarded-for': given, ...headers }) => ({
        ...headers,
        'x-forwarded-for': String(given).split(',')[0],
      }),
    });
    const { code, out } = await ran([
      ...visiting(origin),
      ...'--address /sessions --stream /live/events --websocket /live'.split(' '),
      ...'--header X-Content-Type-Options --header X-Frame-Options --json'.split(' '),
    ]);
    await close();
    const { findings, notChecked } = JSON.parse(out) as {
      findings: { id: string; what: string }[];
      notChecked: string[];
    };
    expect([code, notChecked, findings.map(({ id, what }) => [id, what])]).toEqual([
      1,
      [],
      [
        ['security-headers-lost', 'answers lack x-frame-options'],
        ['forwarded-for-believed', 'the server trusts a client address that the caller forged'],
        ['websocket-blocked', 'a WebSocket cannot be opened'],
      ],
    ]);
  });

  it('visit with a wrong password has exit code 1', async () => {
    const { code, out } = await ran(visiting(app.origin), 'wrong');
    expect([code, out]).toEqual([1, expect.stringContaining('FAULT  sign-in-refused')]);
  });

  it.each<[string, string[], string]>([
    ['no address', ['visit'], 'visit needs the address of the app, like https://app.example.com.'],
    ['an address without scheme', ['visit', 'localhost:3000'], 'The address is "localhost:3000"'],
    ['no account', ['visit', 'http://localhost'], '--username is missing'],
    [
      'a path without slash',
      ['visit', 'http://localhost', '--username', 'bob', '--login', 'login'],
      '--login is "login": it must be a path like /login.',
    ],
    [
      'an address as path',
      ['visit', 'http://localhost', '--username', 'bob', '--read', '//evil.example'],
      '--read is "//evil.example"',
    ],
  ])('visit with %s has exit code 2 and asks for no password', async (_title, words, message) => {
    expect(await ran(words)).toEqual({
      code: 2,
      out: '',
      err: expect.stringContaining(message),
      prompts: [],
    });
  });

  it.each([null, ''])('visit without a password has exit code 2 (%j)', async (typed) => {
    expect(await ran(visiting(app.origin), typed)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^The password is empty\. Type it, or pipe it in: printf /),
    });
  });
});

describe('wrong usage and help', () => {
  it.each<[string, string[], string]>([
    ['an unknown command', ['look'], '"look" is not a command.\n\nnpx @latchkey/doctor <command>'],
    ['the name of a property', ['toString'], '"toString" is not a command.'],
    [
      'an unknown option',
      ['check', '--deep'],
      "Unknown option '--deep'.\n\nnpx @latchkey/doctor check",
    ],
    [
      'an option without its value',
      ['visit', '--login'],
      "Option '--login <value>' argument missing.",
    ],
    ['a second folder', ['check', 'a', 'b'], 'check takes one argument, and "b" is another.'],
  ])('the command line with %s has exit code 2', async (_title, words, message) => {
    const { code, out, err } = await ran(words);
    expect([code, out, err.startsWith(message)]).toEqual([2, '', true]);
  });

  it.each([[[]], [['--help']], [['-h']], [['help']]])(
    'the command line %j lists the commands',
    async (words) => {
      const { code, out } = await ran(words);
      expect(code).toBe(0);
      expect(out.match(/^ {2}(check|visit) /gm)).toEqual(['  check ', '  visit ']);
    },
  );

  it.each(['check', 'visit'])('%s --help names every option, within 100 columns', async (name) => {
    const [asked, short] = [await ran([name, '--help']), await ran([name, '-h'])];
    expect(short).toEqual(asked);
    expect(asked.code).toBe(0);
    expect(asked.out).toMatch(/^ {2}--json {14}prints JSON$/m);
    expect(asked.out.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});
