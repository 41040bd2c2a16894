import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryPoints } from '@latchkey/reference/entry-points';
import { testDatabase } from '@latchkey/test-services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { adoptedAppFault } from './adoption/adopted-apps.ts';
import {
  APP_PRINTS,
  compileApp,
  compileProcedures,
  PAGE_PRINTS,
  writeApp,
} from './adoption/adopter-app.ts';
import {
  compileExamples,
  consumerOf,
  DIAGNOSES,
  diagnose,
  EXAMPLES_PRINT,
  importEntries,
  isolatedProject,
  packedManifest,
  runExamples,
  walk,
} from './adoption/consumer.ts';
import type { EmptyProject } from './adoption/empty-project.ts';
import { LOWEST } from './adoption/environments.ts';
import { compileReference } from './adoption/reference-examples.ts';
import { apiReport, apiReportPath } from './checks/api-report.ts';
import type { Packed } from './make-packages.ts';
import { type Checked, packedOnce } from './packed-once.ts';
import { PUBLISHED, ROOT } from './published.ts';

/** Tools of this workspace, which run on the project's packages. */
const VITE = join(ROOT, 'apps/web/node_modules/vite/bin/vite.js');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** Timeout in milliseconds: these tests build and compile much, and the machine may be busy. */
const LONG = 300_000;
vi.setConfig({ testTimeout: LONG, hookTimeout: LONG });

let checked: Checked;
/** Runs beside the other tests: it waits for npm and for PostgreSQL part of the time. */
let adoptedApp: Promise<string | null>;
beforeAll(async () => {
  checked = await packedOnce();
  const { url } = await testDatabase();
  adoptedApp = adoptedAppFault('express4-knex', checked.packages, url);
});

const inTarball = ({ tarball }: Packed) =>
  execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');

it('the packed packages have the right entries, types and sizes', () => {
  expect(checked.faults).toEqual([]);
});

it.each(PUBLISHED.map((name, index) => [name, index] as const))(
  'the tarball of %s contains the build and its texts, and no workspace files',
  (_name, index) => {
    const packed = checked.packages[index] as Packed;
    const files = inTarball(packed).map((file) => file.replace('package/', ''));
    expect(
      files
        .filter((file) => !/^dist\/([\w./-]+\.(c?js|c?js\.map|d\.c?ts)|LICENSES\.txt)$/.test(file))
        .sort(),
    ).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    expect(files.filter((file) => /\.test\./.test(file))).toEqual([]);
    expect(packedManifest(packed)).not.toMatch(/workspace:|catalog:|@latchkey\/source/);
  },
);

it.each(PUBLISHED.map((name, index) => [name, index] as const))(
  'the public API of %s equals its report (npm run build -- --api)',
  (name, index) => {
    const report = apiReport(checked.packages[index] as Packed);
    expect(report).toBe(readFileSync(apiReportPath(name), 'utf8'));
  },
);

it('the API reference has a page for every published entry', () => {
  const published = checked.packages.flatMap(({ manifest, entries }) =>
    Object.keys(entries).map((entry) => manifest.name + entry.slice(1)),
  );
  expect(entryPoints().map(({ name }) => name)).toEqual(published);
});

/**
 * `npm run build -- --matrix` runs the same checks with npm, also with the versions of this
 * repository, and with both ways of resolving declarations.
 */
describe(`the packages in an empty project with ${LOWEST.title}`, () => {
  let project: EmptyProject;
  beforeAll(async () => {
    project = await consumerOf(checked.packages, LOWEST, 'pnpm');
  });
  afterAll(() => project.remove());

  it('an app on the installed packages signs in, refreshes within the request, and signs out (D13)', async () => {
    expect(await walk(project)).toBe('walked\n');
  });

  it('every entry of the packages is importable without Vitest and fast-check', async () => {
    expect(await importEntries(project, checked.packages)).toHaveLength(15);
    expect(() => project.manifestOf('vitest')).toThrow('ENOENT');
    expect(() => project.manifestOf('fast-check')).toThrow('ENOENT');
  });

  it('the doctor of the tarball finds nothing in the project, and the fault of a broken one', async () => {
    expect(await diagnose(project)).toEqual(DIAGNOSES);
  });

  it('the examples of the READMEs compile, and those that need no Redis run', async () => {
    expect(await compileExamples(project, 'nodenext')).toEqual([]);
    expect(await runExamples(project)).toEqual(EXAMPLES_PRINT);
  });

  it('an app in CommonJS compiles with declarations, and runs; its page renders with React 18.2 (C7, P1, P2, P3)', async () => {
    const build = { compiler: 'typescript', resolution: 'nodenext', format: 'cjs' } as const;
    const { errors, out } = await compileApp(project, build);
    expect(errors).toEqual([]);
    expect(await project.node(`${out}/run.js`)).toBe(APP_PRINTS);
    expect(await project.node(`${out}/render.js`)).toBe(PAGE_PRINTS);
  });

  it('Vite builds the page, and Vitest runs the tests of the app', async () => {
    writeApp(project, 'bundled', 'esm');
    expect(await project.failing('node', VITE, 'build', 'bundled', '--logLevel=error')).toBeNull();
    const vitest = [VITEST, 'run', '--root', 'bundled', '--globals'];
    expect(await project.failing('node', ...vitest)).toBeNull();
  });

  it('the examples of the API reference and of the guides compile, and a wrong one does not', async () => {
    const wrong = { file: 'wrong.ts', code: "import '@latchkey/http';\nlayer.isue(user);\n" };
    expect(await compileReference(project, 'nodenext', [wrong])).toEqual([
      expect.stringMatching(/^wrong\.ts\(2,7\): error TS2551: Property 'isue' does not exist/),
    ]);
  });
});

it('a package that depends on @latchkey/trpc alone exports procedures, with declarations (C7)', async () => {
  const project = await isolatedProject(checked.packages);
  try {
    expect(await compileProcedures(project)).toEqual([]);
  } finally {
    project.remove();
  }
});

it('an app with Express 4, CommonJS, Knex and Jest has adopted the packages, and its tests pass (P2, S1)', async () => {
  expect(await adoptedApp).toBeNull();
});
