import { join } from 'node:path';
import { type Example, readExamples, readGuides, readPreamble } from '@latchkey/reference/examples';
import { ROOT } from '../published.ts';
import { OPTIONS } from './consumer.ts';
import type { EmptyProject } from './empty-project.ts';
import { RESOLUTIONS, type Resolution } from './environments.ts';

/** Declarations of what the store contracts are given, and the project must not install. */
const FOR_CONTRACTS = {
  vitest: [join(ROOT, 'node_modules/vitest/dist/index.d.ts')],
  'fast-check': [join(ROOT, 'node_modules/fast-check/lib/fast-check.d.ts')],
};

/**
 * Writes the examples of the API reference and of the guides into the project, each as a separate
 * module, and compiles them beside the names that they use without declaring them.
 *
 * @param others further examples
 * @returns the compiler's errors
 */
export async function compileReference(
  project: EmptyProject,
  resolution: Resolution,
  others: readonly Example[] = [],
): Promise<string[]> {
  const examples = [...readExamples(), ...readGuides(), ...others];
  project.write('preamble.ts', readPreamble());
  for (const { file, code } of examples) project.write(file, code);
  const said = await project.tsc({
    compilerOptions: {
      ...OPTIONS,
      ...RESOLUTIONS[resolution],
      skipLibCheck: true,
      paths: FOR_CONTRACTS,
    },
    files: ['preamble.ts', ...examples.map(({ file }) => file)],
  });
  return said.split('\n').filter((line) => line !== '' && !line.startsWith(' '));
}
