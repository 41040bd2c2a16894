import { parseArgs } from 'node:util';
import { COMMANDS, type CommandName, helpOf } from './usage.ts';

/** A parsed command line: the command with its argument and options. */
export interface Invocation {
  readonly name: CommandName;
  readonly argument: string | undefined;
  /** The options by their names; a flag is `true`. */
  readonly options: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
}

/** Thrown for a command line that cannot be run; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Parses a command line.
 *
 * @returns the command, or the text of the help that was asked for
 * @throws UsageError which names the unknown command or option, followed by the help
 */
export function parseCommandLine([name, ...words]: readonly string[]): Invocation | string {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help')
    return helpOf(null);
  if (!isCommand(name))
    throw new UsageError(`${JSON.stringify(name)} is not a command.\n\n${helpOf(null)}`);
  const fail = (sentence: string) => new UsageError(`${sentence}\n\n${helpOf(name)}`);
  try {
    const { values, positionals } = parseArgs({
      args: words,
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries(COMMANDS[name].options).map(([option, { value, isRepeatable = false }]) => [
          option,
          {
            type: value === null ? ('boolean' as const) : ('string' as const),
            multiple: isRepeatable,
            ...(option === 'help' && { short: 'h' }),
          },
        ]),
      ),
    });
    if (values.help === true) return helpOf(name);
    const [argument, excess] = positionals;
    if (excess !== undefined)
      throw fail(`${name} takes one argument, and ${JSON.stringify(excess)} is another.`);
    return { name, argument, options: values };
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof TypeError)) throw error;
    throw fail(`${error.message.split('. ')[0]?.replace(/\.$/, '')}.`);
  }
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
