import { tarballsOf } from '../adoption/consumer.ts';
import { type EmptyProject, emptyProject, withoutOthersErrors } from '../adoption/empty-project.ts';
import type { Packed } from '../make-packages.ts';
import { countLines, filesOf, queryProgram } from './app-files.ts';

/** What a bare tRPC app with a React page has installed. */
const BARE = [
  '@trpc/server@^11.9.0',
  '@trpc/client@^11.9.0',
  '@tanstack/react-query@^5.62.0',
  'express@^5.1.0',
  'react@^19.0.0',
  'react-dom@^19.0.0',
  'typescript@^5.9.3',
  '@types/express@^5.0.0',
  '@types/node@^24.0.0',
  '@types/react@^19.0.0',
];
/** The packages of Latchkey that the app names; npm finds the others by their tarballs. */
const NAMED = ['core', 'keys', 'sql', 'http', 'trpc', 'react'].map((name) => `@latchkey/${name}`);
const COMPILER = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable'],
    module: 'nodenext',
    jsx: 'react-jsx',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    rewriteRelativeImportExtensions: true,
    outDir: 'out',
  },
  include: ['*.ts', '*.tsx'],
};

/** How long each step took, in milliseconds, and what the first query answered. */
interface FirstQuery {
  readonly times: readonly [start: number, signIn: number, query: number];
  readonly answer: string;
}

/**
 * Takes a bare tRPC app in an empty folder to its first authenticated query: installs the tarballs,
 * writes the lines of the guide, compiles, starts, signs in and asks. Prints each step with its
 * time.
 *
 * @returns the fault, or null
 * @throws Error if an installation or a program failed
 */
export async function firstQuery(
  packages: readonly Packed[],
  say: (line: string) => void,
): Promise<string | null> {
  const began = performance.now();
  const step = async <Result>(title: string, work: () => Promise<Result>): Promise<Result> => {
    const start = performance.now();
    const result = await work();
    say(stepLine(title, performance.now() - start));
    return result;
  };
  const project = await step('a bare app is installed into an empty folder', () =>
    emptyProject(BARE, 'npm', {}),
  );
  try {
    for (const { name, text } of filesOf('before')) project.write(name, text);
    await step('the bare app compiles', () => compiled(project));
    const adopting = performance.now();
    await step('npm install of the tarballs', () => install(project, packages));
    const { server, client, form } = countLines();
    for (const { name, text } of [...filesOf('after'), queryProgram()]) project.write(name, text);
    say(`${server} lines on the server, ${client} in the client, and a sign-in form of ${form}`);
    await step('the app compiles', () => compiled(project));
    const { times, answer } = JSON.parse(await project.node('out/query.js')) as FirstQuery;
    for (const [index, title] of ['the app starts', 'signs in', 'first query'].entries())
      say(stepLine(title, times[index] ?? 0));
    say(stepLine('from npm install to the answer', performance.now() - adopting));
    say(stepLine('in all', performance.now() - began));
    return answer === 'yours, ada' ? null : `the first query answered ${JSON.stringify(answer)}`;
  } finally {
    project.remove();
  }
}

const stepLine = (title: string, milliseconds: number) =>
  `${(milliseconds / 1000).toFixed(1).padStart(6)} s  ${title}`;

async function install(project: EmptyProject, packages: readonly Packed[]): Promise<void> {
  const tarballs = tarballsOf(packages);
  const specs = NAMED.map((name) => `${name}@${tarballs[name]}`);
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await project.run('npm', 'install', ...quietly, ...specs);
}

/** @throws Error with the compiler's errors */
async function compiled(project: EmptyProject): Promise<void> {
  const errors = withoutOthersErrors(await project.tsc(COMPILER));
  if (errors.length > 0) throw new Error(errors.join('\n'));
}
