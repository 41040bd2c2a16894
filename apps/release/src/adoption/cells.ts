import {
  APP_PRINTS,
  BUILDS,
  compileApp,
  compileProcedures,
  PAGE_PRINTS,
  writeApp,
} from './adopter-app.ts';
import type { EmptyProject } from './empty-project.ts';

/** One environment in which the packages are tried, or one use of them. */
export interface Cell {
  readonly title: string;
  /**
   * @returns what went wrong, or null
   * @throws Error if a program failed
   */
  readonly run: (project: EmptyProject) => Promise<string | null>;
}

const COMPILERS = {
  '5.7': 'npm:typescript@5.7.2',
  '5.9': 'npm:typescript@5.9.3',
  '7': 'npm:typescript@7.0.2',
};
const VITES = { 5: 'npm:vite@^5.4.0', 7: 'npm:vite@^7.0.0', 8: 'npm:vite@^8.0.0' };
const NODE = `npm:node-linux-${process.arch}`;

/** Packages that the cells need beside the adopter's. */
export const TOOLS = [
  ...Object.entries(COMPILERS).map(([version, spec]) => `typescript-${version}@${spec}`),
  ...Object.entries(VITES).map(([version, spec]) => `vite-${version}@${spec}`),
  `node-lowest@${NODE}@22.12.0`,
  `node-newest@${NODE}@latest`,
  'bun@^1.4.0',
  'deno@^2.9.0',
  'esbuild@^0.28.0',
  'tsup@^9.0.0',
  'vitest@^5.1.0',
];
/** ts-jest refuses TypeScript 7. */
export const JEST_TOOLS = ['jest@^30.0.0', 'ts-jest@^29.4.0', 'typescript@5.9.3'];

const differs = (found: string, wanted: string): string | null =>
  found === wanted ? null : `printed ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`;

/** The app compiles with declarations, runs, and its page renders. */
const compilers: Cell[] = Object.keys(COMPILERS).flatMap((version) =>
  // TypeScript 7 has no node10.
  BUILDS.filter(({ resolution }) => version !== '7' || resolution !== 'node10').map((build) => ({
    title: `TypeScript ${version}, ${build.resolution}, ${build.format}`,
    async run(project) {
      const compiler = `typescript-${version}`;
      const { errors, out } = await compileApp(project, { ...build, compiler });
      if (errors.length > 0) return errors.join('\n');
      return (
        differs(await project.node(`${out}/run.js`), APP_PRINTS) ??
        differs(await project.node(`${out}/render.js`), PAGE_PRINTS)
      );
    },
  })),
);

const runtime = (title: string, program: string, ...parameters: string[]): Cell => ({
  title: `${title}, cjs and esm`,
  async run(project) {
    for (const format of ['cjs', 'esm'] as const) {
      const build = { compiler: 'typescript-5.9', resolution: 'nodenext', format } as const;
      const { out } = await compileApp(project, build);
      const printed = await project.run(program, ...parameters, `${out}/run.js`);
      const fault = differs(printed, APP_PRINTS);
      if (fault) return `${format}: ${fault}`;
    }
    return null;
  },
});

const runtimes: Cell[] = [
  runtime('Node 22.12', 'node_modules/node-lowest/bin/node'),
  runtime('Node 24', 'node'),
  runtime('the newest Node', 'node_modules/node-newest/bin/node'),
  runtime('Bun', 'node_modules/.bin/bun'),
  runtime('Deno', 'node_modules/.bin/deno', 'run', '-A', '--node-modules-dir=manual'),
];

/** An ES module of esbuild has no `require`, which dependencies in CommonJS call (P10). */
const BANNER =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** A bundler puts the app and the packages into one file, which runs. */
const bundler = (title: string, files: readonly string[], ...parameters: string[]): Cell => ({
  title,
  async run(project) {
    writeApp(project, 'bundled', 'esm');
    const [program = '', ...options] = parameters;
    await project.run(`node_modules/.bin/${program}`, 'bundled/run.ts', ...options);
    for (const file of files) {
      const fault = differs(await project.node(file), APP_PRINTS);
      if (fault) return `${file}: ${fault}`;
    }
    return null;
  },
});

const bundlers: Cell[] = [
  bundler('esbuild, cjs', ['esbuild.cjs'], ...esbuild('esbuild.cjs')),
  bundler(
    'esbuild, esm, with the documented banner',
    ['esbuild.mjs'],
    ...esbuild('esbuild.mjs', '--format=esm', `--banner:js=${BANNER}`),
  ),
  bundler(
    'tsup, cjs and esm',
    ['tsup/run.cjs', 'tsup/run.js'],
    'tsup',
    '--format=cjs,esm',
    '--out-dir=tsup',
    '--silent',
  ),
  ...Object.keys(VITES).map((version) => ({
    title: `Vite ${version} builds the page`,
    run(project: EmptyProject) {
      writeApp(project, 'bundled', 'esm');
      const vite = `node_modules/vite-${version}/bin/vite.js`;
      return project.failing('node', vite, 'build', 'bundled', '--logLevel=error');
    },
  })),
];

function esbuild(out: string, ...options: string[]): string[] {
  return ['esbuild', '--bundle', '--platform=node', '--log-level=error', `--outfile=${out}`].concat(
    options,
  );
}

/** The compiler's options for Jest, whose modules are CommonJS. */
const JEST_COMPILER = {
  module: 'commonjs',
  moduleResolution: 'node10',
  esModuleInterop: true,
  jsx: 'react-jsx',
  target: 'es2022',
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};
const JEST = {
  testEnvironment: 'node',
  transform: {
    '\\.tsx?$': ['ts-jest', { tsconfig: JEST_COMPILER }],
  },
};

/** What is tried with an app that has {@link JEST_TOOLS}. */
export const JEST_CELLS: readonly Cell[] = [
  {
    title: 'ts-jest runs the tests of the app',
    run(project) {
      writeApp(project, 'jest', 'cjs');
      project.write('jest/jest.config.json', JSON.stringify(JEST));
      const jest = ['node_modules/jest/bin/jest.js', '--config', 'jest/jest.config.json'];
      return project.failing('node', ...jest);
    },
  },
];

const testRunners: Cell[] = [
  {
    title: 'Vitest runs the tests of the app',
    run(project) {
      writeApp(project, 'vitest', 'esm');
      const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--root', 'vitest', '--globals'];
      return project.failing('node', ...vitest);
    },
  },
];

/** What is tried with an app that has {@link TOOLS}. */
export const APP_CELLS: readonly Cell[] = [...compilers, ...runtimes, ...bundlers, ...testRunners];

/** What is tried in a package that depends on `@latchkey/trpc` alone. */
export const ISOLATED_CELLS: readonly Cell[] = [
  {
    title: 'a package that depends on @latchkey/trpc alone exports procedures',
    run: async (project) => (await compileProcedures(project)).join('\n') || null,
  },
];
