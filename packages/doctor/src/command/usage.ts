import { DEFAULT_PATHS } from '../visit/visit-options.ts';

/** An option of a command; its name is without dashes. */
export interface Option {
  /** A name for the option's value, as in `<path>`; `null` for a flag. */
  readonly value: string | null;
  readonly meaning: string;
  readonly isRepeatable?: boolean;
}

/** A command, as its help describes it. */
export interface Usage {
  /** A name for the command's argument, as in `<url>`. */
  readonly argument: string;
  readonly summary: string;
  /** Further lines of the command's help. */
  readonly notes: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
}

const path = (meaning: string): Option => ({ value: '<path>', meaning });
const COMMON = {
  json: { value: null, meaning: 'prints JSON' },
  help: { value: null, meaning: 'prints this' },
};

export type CommandName = 'check' | 'visit';

export const COMMANDS: Readonly<Record<CommandName, Usage>> = {
  check: {
    argument: '[folder]',
    summary: "checks an app's folder for what keeps Latchkey from working in it",
    notes: [
      'Node, peer dependencies, TypeScript and its module resolution, duplicate packages. Reads',
      'package.json, tsconfig.json and node_modules of the folder, by default the current one;',
      'changes nothing and runs nothing of the app. Databases are not checked.',
    ],
    options: COMMON,
  },
  visit: {
    argument: '<url>',
    summary: 'signs in to a running app and checks what its proxies change',
    notes: [
      'Signs in, lets the access token expire, sends 20 requests at once, signs out. The password',
      'is asked for, or read from a pipe. For a certificate of a private authority, set',
      'NODE_EXTRA_CA_CERTS.',
    ],
    options: {
      username: { value: '<name>', meaning: 'the account to sign in with; required' },
      login: path(`takes a POST of {"username","password"}; default ${DEFAULT_PATHS.login}`),
      logout: path(`takes a POST of {}; default ${DEFAULT_PATHS.logout}`),
      read: path(`answers GET with 200 if signed in, else 401; default ${DEFAULT_PATHS.read}`),
      address: path("answers GET with JSON that has the caller's address"),
      stream: path('answers GET with an event stream'),
      websocket: path('accepts WebSockets'),
      header: {
        value: '<name>',
        meaning: 'a header of every answer, in place of Strict-Transport-Security; repeatable',
        isRepeatable: true,
      },
      ...COMMON,
    },
  },
};

const PROGRAM = 'npx @latchkey/doctor';

/** Returns the help of a command, or of the program for `null`. */
export function helpOf(name: CommandName | null): string {
  if (name === null)
    return [
      `${PROGRAM} <command>`,
      '',
      ...Object.entries(COMMANDS).map(
        ([command, { argument, summary }]) =>
          `  ${`${command} ${argument}`.padEnd(16)}  ${summary}`,
      ),
      '',
      'Each takes --help, and --json for programs. Exit code: 0 no faults, 1 faults, 2 wrong usage.',
    ].join('\n');
  const { argument, summary, notes, options } = COMMANDS[name];
  const rows = Object.entries(options).map(
    ([option, { value, meaning }]) =>
      `  ${`--${option}${value === null ? '' : ` ${value}`}`.padEnd(18)}  ${meaning}`,
  );
  return [
    `${PROGRAM} ${name} ${argument}`,
    '',
    `  ${summary}`,
    '',
    ...notes.map((line) => `  ${line}`),
    '',
    ...rows,
  ].join('\n');
}
