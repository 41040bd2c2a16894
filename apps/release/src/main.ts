import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { writeReference } from '@latchkey/reference';
import { tarballsOf } from './adoption/consumer.ts';
import { overridesFor } from './adoption/installers.ts';
import { matrixFaults } from './adoption/matrix.ts';
import { apiReport, apiReportPath } from './checks/api-report.ts';
import { checkPackages } from './checks/check-packages.ts';
import { BUDGETS } from './checks/weigh.ts';
import { makePackages } from './make-packages.ts';
import { ROOT } from './published.ts';

/**
 * `npm run build`: builds and checks the packages as they would be published. `--matrix` also uses
 * them in every environment; `--api` updates the reports of their public API, `--reference` the API
 * reference in docs/reference.
 */
const { matrix: wantsMatrix, api: wantsApi, reference: wantsReference } = optionsOrExit();
if (wantsReference) for (const path of await writeReference()) console.log(relative(ROOT, path));
const folder = join(ROOT, '.cache', 'packages');
rmSync(folder, { recursive: true, force: true });
const packages = await makePackages(folder);
const { faults, weights } = await checkPackages(packages);

for (const { what, kilobytes } of weights)
  console.log(
    `${what.padEnd(37)} ${kilobytes.toFixed(1).padStart(5)} kB gzipped, of ${BUDGETS[what]} kB`,
  );
for (const { tarball } of packages) console.log(relative(ROOT, tarball));
console.log(overridesFor(tarballsOf(packages)));
if (wantsApi)
  for (const packed of packages) {
    const path = apiReportPath(packed.manifest.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, apiReport(packed));
    console.log(relative(ROOT, path));
  }
if (wantsMatrix) faults.push(...(await matrixFaults(packages, (line) => console.log(line))));
for (const fault of faults) console.error(`\n${fault}`);
console.log(
  faults.length === 0
    ? 'The packages have no faults.'
    : `\nThe packages cannot be published: ${faults.length} faults.`,
);
process.exitCode = faults.length === 0 ? 0 : 1;

function optionsOrExit() {
  try {
    const flag = { type: 'boolean', default: false } as const;
    return parseArgs({ options: { matrix: flag, api: flag, reference: flag } }).values;
  } catch (error) {
    const usage = 'npm run build -- [--matrix] [--api] [--reference]';
    console.error(`${(error as Error).message}. Usage: ${usage}`);
    return process.exit(2);
  }
}
