import { Command as CommanderCommand, CommanderError, type HelpContext } from 'commander';
import { type Command, CommandError } from './command.ts';

/** A parsed CLI command with its arguments and options. */
export interface Invocation {
  readonly command: Command;
  readonly arguments: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string | undefined>>;
  /** Whether the report is printed as JSON. */
  readonly isJson: boolean;
}

/**
 * Parses a command line.
 *
 * @param commands by their names and arguments, as in `users set-role <username> <role>`
 * @returns the command with its arguments and options, or the help text if help was requested
 * @throws CommandError with exit code 2, which names the unknown command, option or argument
 */
export function parseCommandLine(
  commands: Readonly<Record<string, Command>>,
  words: readonly string[],
): Invocation | string {
  let invocation: Invocation | undefined;
  let help = '';
  const program = new Parser('npm run cli --')
    .usage('<command>')
    .description(
      'Every command takes --help, and --json for programs. Settings are read from the environment, as by the server.',
    )
    .configureHelp({ formatHelp })
    .configureOutput({ writeOut: (text) => (help += text) })
    .helpOption('-h, --help', 'prints this')
    .exitOverride();
  for (const [usage, command] of Object.entries(commands)) {
    const leaf = addCommand(program, usage).description(command.summary);
    for (const [flags, meaning] of Object.entries(command.options ?? {}))
      leaf.option(flags, meaning);
    leaf.option('--json', 'prints JSON').action(() => {
      const { json, ...options } = leaf.opts<Record<string, string | true>>();
      invocation = {
        command,
        arguments: Object.fromEntries(
          leaf.args.map((value, index) => [leaf.registeredArguments[index]?.name(), value]),
        ),
        options: Object.fromEntries(
          Object.entries(options).map(([option, value]) => [option, String(value)]),
        ),
        isJson: json === true,
      };
    });
  }
  try {
    program.parse(words.length === 0 ? ['--help'] : idsLast(words), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
  }
  return invocation ?? help.trimEnd();
}

/** Reports usage errors in our own sentences, followed by the command's help. */
class Parser extends CommanderCommand {
  override createCommand(name?: string): Parser {
    return new Parser(name);
  }

  override error(message: string, { code }: { readonly code?: string } = {}): never {
    const [fault = '', suggestion] = message.replace('error: ', '').split('\n');
    const sentence =
      code === 'commander.unknownCommand'
        ? `"${[...wordsOf(this), ...this.args.slice(0, 1)].join(' ')}" is not a command.`
        : code === 'commander.missingArgument'
          ? `${wordsOf(this).join(' ')} needs: ${this.registeredArguments[this.args.length]?.name()}.`
          : code === 'commander.excessArguments'
            ? `${wordsOf(this).join(' ')} does not take "${this.args[this.registeredArguments.length]}".`
            : `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`;
    const lines = [sentence, ...(suggestion ? [suggestion] : []), '', this.helpInformation()];
    throw new CommandError(lines.join('\n').trimEnd(), 2);
  }

  /** Reports a command group that is called without a command as an unknown command. */
  override help(context?: HelpContext | ((text: string) => string)): never {
    if (typeof context === 'object' && context.error)
      this.error('', { code: 'commander.unknownCommand' });
    return super.help();
  }
}

/** Adds a command, and creates the command group that its first word names. */
function addCommand(program: CommanderCommand, usage: string): CommanderCommand {
  const [, name = '', rest] = /^(\S+)(?: ([^<[].*))?/.exec(usage) ?? [];
  if (rest === undefined) return program.command(usage);
  const group =
    program.commands.find((known) => known.name() === name) ??
    program.command(name).usage('<command>');
  return group.command(rest);
}

/** The words that name a command, without the program's name. */
function wordsOf(command: CommanderCommand): string[] {
  return command.parent ? [...wordsOf(command.parent), command.name()] : [];
}

function leavesOf(command: CommanderCommand): readonly CommanderCommand[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

function formatHelp(command: CommanderCommand): string {
  const args = command.usage().replace('[options]', '').trim();
  const usage = ['npm run cli --', ...wordsOf(command), args].filter(Boolean).join(' ');
  const isLeaf = command.commands.length === 0;
  const rows = isLeaf
    ? command.options.map(({ flags, description }) => `  ${flags.padEnd(18)} ${description}`)
    : leavesOf(command).map(
        (leaf) => `  ${wordsOf(leaf).join(' ').padEnd(18)}${leaf.description()}`,
      );
  return [
    usage,
    ...(isLeaf ? ['', `  ${command.description()}`] : []),
    '',
    ...rows,
    ...(isLeaf ? [] : ['', command.description()]),
    '',
  ].join('\n');
}

/**
 * Moves ids behind `--`. Ids are base64url: one in 64 begins with a dash and would be read as an
 * option. Real options begin with two dashes.
 */
function idsLast(words: readonly string[]): string[] {
  const isId = (word: string) => /^-[A-Za-z0-9_-]{7,}$/.test(word) && !word.startsWith('--');
  const ids = words.filter(isId);
  return ids.length === 0 ? [...words] : [...words.filter((word) => !isId(word)), '--', ...ids];
}
