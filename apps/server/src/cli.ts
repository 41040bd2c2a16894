import { parseArgs } from 'node:util';
import { openDatabase } from '@latchkey/sql';
import { parseEnv, readEnvironment } from './env.ts';
import { generateSecret } from './secret.ts';

interface Command {
  readonly summary: string;
  run(): Promise<string>;
}

/** The operator's commands. */
const COMMANDS: Readonly<Record<string, Command>> = {
  migrate: {
    summary: 'brings the schema of DATABASE_URL up to date (the server does so itself when it starts)',
    async run() {
      const { migrated, description, close } = await openDatabase(parseEnv(readEnvironment()).databaseUrl);
      await close();
      return migrated.length > 0 ? `${description}: ran ${migrated.join(', ')}` : `${description}: up to date`;
    },
  },
  secret: {
    summary: 'prints a new LATCHKEY_SECRET',
    run: async () => generateSecret(),
  },
};

const usage = ['npm run cli -- <command>', '', ...Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`), ''].join('\n');

try {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } });
  const [name, ...rest] = positionals;
  const command = name === undefined ? undefined : COMMANDS[name];
  if (values.help || name === undefined) console.log(usage);
  else if (!command || !Object.hasOwn(COMMANDS, name)) throw new Error(`"${name}" is no command.\n\n${usage}`);
  else if (rest.length > 0) throw new Error(`${name} takes no arguments, but got: ${rest.join(' ')}`);
  else console.log(await command.run());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
