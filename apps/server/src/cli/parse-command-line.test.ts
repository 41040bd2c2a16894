import { describe, expect, it } from 'vitest';
import { type Command, CommandError } from './command.ts';
import { parseCommandLine } from './parse-command-line.ts';

const command = (summary: string, options: Record<string, string> = {}): Command => ({
  summary,
  options,
  run: async () => ({ text: '', data: null }),
});
const list = command('lists the users', {
  '--search <text>': 'only usernames that contain this text',
});
const revoke = command('ends a session', {
  '--user <username>': 'whose sessions to end',
  '--dry-run': 'ends none',
});
const COMMANDS = {
  'users list': list,
  'sessions revoke [session-id]': revoke,
  'keys remove <kid>': command('removes a key'),
  secret: command('prints a secret'),
};
const parse = (words: string) => parseCommandLine(COMMANDS, words.split(' ').filter(Boolean));
const fault = (words: string) => {
  try {
    return parse(words);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [error.exitCode, error.message.split('\n\n')[0]];
  }
};

describe('parseCommandLine', () => {
  it('returns the command that a command line names, with its arguments and options', () => {
    expect(parse('sessions revoke s1 --dry-run --user bob --json')).toEqual({
      command: revoke,
      arguments: { 'session-id': 's1' },
      options: { dryRun: 'true', user: 'bob' },
      isJson: true,
    });
    expect(parse('users list')).toEqual({
      command: list,
      arguments: {},
      options: {},
      isJson: false,
    });
    expect(parse('users list --search=a=b')).toMatchObject({ options: { search: 'a=b' } });
  });

  it.each(['keys remove -mZ8bT0fQ1xY', 'keys remove -mZ8bT0fQ1xY --json'])(
    'accepts an id that begins with a dash as an argument: %s',
    (words) => {
      expect(parse(words)).toMatchObject({ arguments: { kid: '-mZ8bT0fQ1xY' } });
    },
  );

  it.each(['', '--help', '-h', 'help'])(
    'returns the overview of all commands for the command line %j',
    (words) => {
      expect(parse(words)).toMatch(
        /^npm run cli -- <command>\n\n {2}users list {8}lists the users\n/,
      );
    },
  );

  it.each([
    ['users --help', /^npm run cli -- users <command>\n\n {2}users list {8}lists the users$/],
    ['help secret', /^npm run cli -- secret\n\n {2}prints a secret\n\n {2}--json/],
    ['sessions revoke -h', /^npm run cli -- sessions revoke \[session-id\]\n\n {2}ends a session/],
  ])('returns the help of a command or group for "%s"', (words, help) => {
    expect(parse(words)).toMatch(help);
  });

  it.each([
    ['users', '"users" is not a command.'],
    ['explode now', '"explode" is not a command.'],
    ['users lst', '"users lst" is not a command.\n(Did you mean list?)'],
    ['keys remove', 'keys remove needs: kid.'],
    ['secret now', 'secret does not take "now".'],
    ['secret --fast', "Unknown option '--fast'."],
    ['secret -f', "Unknown option '-f'."],
    ['users list --serch x', "Unknown option '--serch'.\n(Did you mean --search?)"],
    ['users list --search', "Option '--search <text>' argument missing."],
  ])('rejects the command line "%s" with exit code 2', (words, message) => {
    expect(fault(words)).toEqual([2, message]);
  });
});
