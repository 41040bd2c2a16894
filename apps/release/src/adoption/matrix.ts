import { isDeepStrictEqual } from 'node:util';
import { startPostgres } from '@latchkey/test-services';
import { firstQuery } from '../first-query/first-query.ts';
import type { Packed } from '../make-packages.ts';
import { ADOPTED_APPS, adoptedAppFault } from './adopted-apps.ts';
import { APP_CELLS, type Cell, ISOLATED_CELLS, JEST_CELLS, JEST_TOOLS, TOOLS } from './cells.ts';
import {
  compileExamples,
  consumerOf,
  DIAGNOSES,
  diagnose,
  EXAMPLES_PRINT,
  importEntries,
  isolatedProject,
  runExamples,
  walk,
} from './consumer.ts';
import type { EmptyProject } from './empty-project.ts';
import { LOWEST, OWN, type Resolution, TRPC_MINORS, type Versions } from './environments.ts';
import { type Installer, YARN } from './installers.ts';
import { compileReference } from './reference-examples.ts';
import { workspaceExamplesFault } from './workspace-examples.ts';

/**
 * Uses the packages in every environment that adopters have: package managers, peers of the lowest
 * and of this repository's versions, compilers, module systems, runtimes, bundlers and test
 * runners. Then compiles and tests `apps/examples` with them. Prints the result of each.
 *
 * @returns the failures, each with its environment
 */
export async function matrixFaults(
  packages: readonly Packed[],
  say: (line: string) => void,
): Promise<string[]> {
  const faults: string[] = [];
  const check = async (title: string, work: () => Promise<string | null>) => {
    const fault = await work().catch(told);
    say(`${fault === null ? 'ok    ' : 'FAILED'} ${title}`);
    if (fault !== null) faults.push(`${title}\n${fault}`);
    return fault === null;
  };
  const all = async (
    title: string,
    install: () => Promise<EmptyProject>,
    cells: readonly Cell[],
  ) => {
    let project: EmptyProject | undefined;
    const installed = await check(`${title}: is installed`, async () => {
      project = await install();
      return null;
    });
    if (!installed || !project) return;
    for (const cell of cells) {
      const made = project;
      await check(`${title}: ${cell.title}`, () => cell.run(made));
    }
    project.remove();
  };
  const app = (versions: Versions, installer: Installer, tools: readonly string[] = []) =>
    consumerOf(packages, versions, installer, tools);

  for (const versions of [LOWEST, OWN])
    await all(`npm, ${versions.title}`, () => app(versions, 'npm', TOOLS), [
      ...usesOf(packages),
      ...APP_CELLS,
    ]);
  for (const versions of [OWN, ...TRPC_MINORS])
    await all(`pnpm, ${versions.title}`, () => app(versions, 'pnpm'), [WALK]);
  await all('pnpm, isolated', () => isolatedProject(packages), ISOLATED_CELLS);
  await all('npm, CommonJS and Jest', () => app(LOWEST, 'npm', JEST_TOOLS), JEST_CELLS);
  const yarn = "Yarn with Plug'n'Play";
  await all(yarn, () => app(OWN, yarn), [
    {
      title: WALK.title,
      run: async (project) => differs(await walk(project, ...YARN, 'node'), 'walked\n'),
    },
  ]);
  await check('a bare app reaches its first authenticated query', () => firstQuery(packages, say));
  await check('apps/examples compiles, and its tests pass', () => workspaceExamplesFault(packages));
  const postgres = await startPostgres();
  for (const name of ADOPTED_APPS)
    await check(`apps/examples/${name}, with npm, compiles, and its tests pass`, () =>
      adoptedAppFault(name, packages, postgres.url),
    );
  await postgres.stop();
  return faults;
}

const WALK: Cell = {
  title: 'an app signs in, refreshes within the request, and signs out',
  run: async (project) => differs(await walk(project), 'walked\n'),
};

/** What every installation of an app must do. */
function usesOf(packages: readonly Packed[]): Cell[] {
  const entries = packages.reduce((sum, one) => sum + Object.keys(one.entries).length, 0);
  const compiles = (resolution: Resolution): Cell => ({
    title: `the README examples compile, ${resolution}`,
    run: async (project) => differs(await compileExamples(project, resolution), []),
  });
  return [
    WALK,
    {
      title: 'every entry can be imported',
      run: async (project) => differs((await importEntries(project, packages)).length, entries),
    },
    {
      title: 'the doctor reports nothing in the project, and the fault of a broken folder',
      run: async (project) => differs(await diagnose(project), DIAGNOSES),
    },
    compiles('nodenext'),
    compiles('bundler'),
    {
      title: 'the examples of the API reference compile',
      run: async (project) => differs(await compileReference(project, 'nodenext'), []),
    },
    {
      title: 'the README examples run',
      run: async (project) => differs(await runExamples(project), EXAMPLES_PRINT),
    },
  ];
}

const told = ({ message, cause }: Error) => [message, cause].filter(Boolean).join('\n');

function differs(found: unknown, wanted: unknown): string | null {
  return isDeepStrictEqual(found, wanted)
    ? null
    : `found ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`;
}
