import { Writable } from 'node:stream';
import { describeFindings } from '@latchkey/doctor';
import { describe, expect, it } from 'vitest';
import { table } from '../cli/command.ts';
import { runCommand } from '../cli/run-command.ts';
import { createLogger } from './log.ts';
import type { Terminal } from './terminal.ts';
import { escapingTerminal, terminalText } from './terminal-text.ts';

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index));
const C0 = range(0, 0x1f);
const DEL_AND_C1 = range(0x7f, 0x9f);
const BIDIRECTIONAL = [
  '\u061c',
  '\u200e',
  '\u200f',
  ...range(0x202a, 0x202e),
  ...range(0x2066, 0x2069),
];
const COMMANDS = [...C0, ...DEL_AND_C1, ...BIDIRECTIONAL, '\u2028', '\u2029'];
const EVIL = `a${COMMANDS.join('b')}z`;
const codeOf = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
/**
 * Returns the characters of a text that a terminal would obey; `allowed` matches what the program
 * itself writes.
 */
const obeyed = (text: string, allowed: RegExp = /\n/g) =>
  COMMANDS.filter((command) => text.replace(allowed, '').includes(command)).map(codeOf);

describe('text for a terminal (V6)', () => {
  it.each(
    COMMANDS.filter((command) => command !== '\n').map((command) => [codeOf(command), command]),
  )('escapes a control character as %s in text for a terminal', (spelling, command) => {
    expect(terminalText(`a${command}b`)).toBe(`a${spelling}b`);
  });

  it('keeps newlines in text of several lines, and escapes them elsewhere', () => {
    expect([terminalText('a\nb'), terminalText('a\nb', 'nothing')]).toEqual(['a\nb', 'a\\u000ab']);
  });

  it('text for a terminal keeps letters, accents, emoji and backslashes unchanged', () => {
    const text = 'Zoë الاسم 名前 👩‍👩‍👧 C:\\u001b\\n "quoted"';
    expect(terminalText(text)).toBe(text);
  });
});

describe('terminal escapes in texts that callers send (V6)', () => {
  it('escapes control characters in a table of the CLI', () => {
    const text = table(['USERNAME', 'BROWSER'], [[EVIL, 'x\ny']]);
    expect([obeyed(text), text.split('\n').length]).toEqual([[], 2]);
  });

  it('escapes control characters in output, errors, progress and prompts of a CLI command', async () => {
    const shown: string[] = [];
    const note = async (text: string) => void shown.push(text);
    const readSecret = async (prompt: string) => {
      shown.push(prompt);
      return null;
    };
    const terminal: Terminal = { print: note, printError: note, progress: note, readSecret };
    const escaped = escapingTerminal(terminal);
    await escaped.print(EVIL);
    escaped.printError(EVIL);
    escaped.progress(EVIL);
    await escaped.readSecret(EVIL);
    expect([shown.length, shown.flatMap((text) => obeyed(text))]).toEqual([4, []]);
  });

  it.each<[string, string[]]>([
    ['an unknown user', ['users', 'disable', EVIL]],
    ['an unknown session', ['sessions', 'why', EVIL]],
    ['an unknown session id', ['sessions', 'revoke', EVIL]],
    ['an unknown command', [EVIL, EVIL]],
    ['an empty list as JSON', ['users', 'list', '--json', '--search', EVIL]],
    ['an unknown option', ['users', 'list', `--${EVIL}`]],
  ])('escapes control characters in the error about %s', async (_title, words) => {
    const shown: string[] = [];
    const note = async (text: string) => void shown.push(text);
    await runCommand(words, {
      variables: {
        DATABASE_URL: 'memory:',
        LATCHKEY_SECRET: Buffer.from('the secret of these tests, number 1').toString('base64url'),
      },
      terminal: { print: note, printError: note, progress: note, readSecret: async () => null },
      logger: createLogger('silent', false),
    });
    expect([shown.length, shown.flatMap((text) => obeyed(text))]).toEqual([1, []]);
  });

  it('escapes control characters in a finding of the doctor', () => {
    const text = describeFindings([
      { id: 'x', severity: 'fault', what: EVIL, why: EVIL, fix: EVIL },
    ]);
    expect([obeyed(text), text.split('\n').length]).toEqual([[], 4]);
  });

  const event = {
    event: 'sign_in',
    [EVIL]: 1,
    userAgent: EVIL,
    nested: { list: [EVIL] },
    err: new Error(EVIL),
  };

  it('escapes control characters in a JSON line of the log, with the same meaning', () => {
    const lines: string[] = [];
    createLogger('info', false, { write: (line) => void lines.push(line) }).info(event);
    expect([lines.length, obeyed(lines.join(''))]).toEqual([1, []]);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      userAgent: EVIL,
      [EVIL]: 1,
      nested: { list: [EVIL] },
      err: { message: EVIL },
    });
  });

  it('escapes control characters in a readable line of the log', async () => {
    const lines: string[] = [];
    const written = Promise.withResolvers<void>();
    const destination = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
        if (lines.join('').includes('the end')) written.resolve();
      },
    });
    const logger = createLogger('info', true, destination);
    logger.info(event);
    logger.info({ event: 'the end' });
    await written.promise;
    expect(lines.join('')).toContain('\\u009b');
    /** The printer itself writes colours; all other control characters are escaped. */
    expect(
      obeyed(lines.join(''), new RegExp(`\\n|${String.fromCharCode(27)}\\[\\d+m`, 'g')),
    ).toEqual([]);
  });
});
