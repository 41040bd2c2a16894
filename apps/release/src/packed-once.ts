import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { checkPackages } from './checks/check-packages.ts';
import { makePackages, type Packed, packedIn } from './make-packages.ts';
import { publishedPackages, ROOT } from './published.ts';

/** Paths of all files on which a tarball or its check depends. */
const SOURCES = [
  'packages/*/{package.json,README.md,CHANGELOG.md,LICENSE,tsconfig.json}',
  'packages/*/src/**',
  'apps/release/{package.json,src/**}',
  '{package.json,pnpm-lock.yaml,pnpm-workspace.yaml,tsconfig.base.json,LICENSE}',
];
const CACHE = join(ROOT, '.cache', 'packed');
const VERDICT = 'faults.json';

/** The packages as they would be published, and the faults that prevent it. */
export interface Checked {
  readonly packages: readonly Packed[];
  readonly faults: readonly string[];
}

/**
 * Builds, packs and checks the packages; for unchanged sources, returns the result from
 * `.cache/packed`.
 */
export async function packedOnce(): Promise<Checked> {
  const folder = join(CACHE, fingerprint());
  if (!existsSync(folder)) {
    rmSync(CACHE, { recursive: true, force: true });
    mkdirSync(CACHE, { recursive: true });
    const unfinished = mkdtempSync(join(CACHE, 'unfinished-'));
    const { faults } = await checkPackages(await makePackages(unfinished));
    writeFileSync(join(unfinished, VERDICT), JSON.stringify(faults));
    renameSync(unfinished, folder);
  }
  return {
    packages: publishedPackages().map((published) => packedIn(folder, published)),
    faults: JSON.parse(readFileSync(join(folder, VERDICT), 'utf8')),
  };
}

function fingerprint(): string {
  const hash = createHash('sha256').update(process.version);
  const files = globSync(SOURCES, { cwd: ROOT }).filter((path) =>
    statSync(join(ROOT, path)).isFile(),
  );
  for (const path of files.sort())
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  return hash.digest('hex').slice(0, 32);
}
