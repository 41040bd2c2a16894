import { isDeepStrictEqual } from 'node:util';
import type { Packed } from '../make-packages.ts';
import {
  compileExamples,
  consumerOf,
  DIAGNOSES,
  diagnose,
  EXAMPLES_PRINT,
  importEntries,
  runExamples,
  walk,
} from './consumer.ts';
import type { EmptyProject } from './empty-project.ts';
import { LOWEST, OWN, RESOLUTIONS, type Resolution } from './environments.ts';
import { compileReference } from './reference-examples.ts';
import { workspaceExamplesFault } from './workspace-examples.ts';

/**
 * Installs the packages with npm into an empty project for each choice of peer versions, and uses
 * them there: an app, every entry, and the README examples with each module resolution. Then
 * compiles and tests `apps/examples` with them. Prints the result of each.
 *
 * @returns the failures, each with its environment
 */
export async function matrixFaults(
  packages: readonly Packed[],
  say: (line: string) => void,
): Promise<string[]> {
  const faults: string[] = [];
  for (const versions of [LOWEST, OWN]) {
    const check = async (what: string, work: () => Promise<string | null>) => {
      const fault = await work().catch((error: Error) =>
        [error.message, error.cause].filter(Boolean).join('\n'),
      );
      say(`${fault === null ? 'ok    ' : 'FAILED'} ${versions.title}: ${what}`);
      if (fault !== null) faults.push(`${versions.title}: ${what}\n${fault}`);
      return fault === null;
    };
    let project: EmptyProject | undefined;
    const install = async () => {
      project = await consumerOf(packages, versions, 'npm');
      return null;
    };
    if (!(await check('npm installs the packages', install)) || !project) continue;
    const installed = project;
    await check('an app signs in, refreshes within the request, and signs out', async () =>
      differs(await walk(installed), 'walked\n'),
    );
    await check('every entry can be imported', async () =>
      differs((await importEntries(installed, packages)).length, entriesOf(packages)),
    );
    await check(
      'the doctor reports nothing in the project, and the fault of a broken folder',
      async () => differs(await diagnose(installed), DIAGNOSES),
    );
    for (const resolution of Object.keys(RESOLUTIONS) as Resolution[])
      await check(`the README examples compile, ${resolution}`, async () =>
        differs(await compileExamples(installed, resolution), []),
      );
    await check('the examples of the API reference compile', async () =>
      differs(await compileReference(installed, 'nodenext'), []),
    );
    await check('the README examples run', async () =>
      differs(await runExamples(installed), EXAMPLES_PRINT),
    );
    installed.remove();
  }
  const fault = await workspaceExamplesFault(packages);
  say(`${fault === null ? 'ok    ' : 'FAILED'} apps/examples compiles, and its tests pass`);
  if (fault !== null) faults.push(`apps/examples\n${fault}`);
  return faults;
}

const entriesOf = (packages: readonly Packed[]) =>
  packages.reduce((sum, { entries }) => sum + Object.keys(entries).length, 0);

function differs(found: unknown, wanted: unknown): string | null {
  return isDeepStrictEqual(found, wanted)
    ? null
    : `found ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`;
}
