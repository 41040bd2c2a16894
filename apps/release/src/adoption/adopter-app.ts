import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../published.ts';
import { OPTIONS } from './consumer.ts';
import { type EmptyProject, withoutOthersErrors } from './empty-project.ts';
import { RESOLUTIONS } from './environments.ts';

const CONSUMER = join(ROOT, 'apps/release/consumer');

/** What `run.ts` of the app prints: statuses, an answer, and whether the request was refreshed. */
export const APP_PRINTS = '401 403 200 200 {"result":{"data":"ada"}} rotated signed out\n';
/** What `render.tsx` of the app prints, before the page knows who is signed in. */
export const PAGE_PRINTS = '<p>One moment</p>\n';

/** How an adopter's app is compiled. */
export interface Build {
  /** The name under which a compiler is installed in the project. */
  readonly compiler: string;
  readonly resolution: keyof typeof RESOLUTIONS;
  readonly format: 'esm' | 'cjs';
}

/** Every module resolution with the formats that it has. */
export const BUILDS: readonly Omit<Build, 'compiler'>[] = [
  { resolution: 'node10', format: 'cjs' },
  { resolution: 'node16', format: 'cjs' },
  { resolution: 'node16', format: 'esm' },
  { resolution: 'nodenext', format: 'cjs' },
  { resolution: 'nodenext', format: 'esm' },
  { resolution: 'bundler', format: 'esm' },
];

/**
 * Compiles the app of an adopter (`consumer/app`), with declarations, into a folder of its own.
 *
 * @returns the compiler's errors; and the folder, for `run.js` and `render.js`
 */
export async function compileApp(
  project: EmptyProject,
  { compiler, resolution, format }: Build,
): Promise<{ readonly errors: string[]; readonly out: string }> {
  const folder = `${resolution}-${format}-${compiler}`;
  writeApp(project, folder, format);
  const config = {
    compilerOptions: {
      ...OPTIONS,
      ...RESOLUTIONS[resolution],
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      allowImportingTsExtensions: false,
      esModuleInterop: true,
      noEmit: false,
      declaration: true,
      rootDir: '.',
      outDir: 'out',
    },
    include: ['*.ts', '*.tsx'],
  };
  project.write(`${folder}/tsconfig.json`, JSON.stringify(config));
  project.write(`${folder}/out/package.json`, packageJson(format));
  const said = await project.failing(
    'node',
    `node_modules/${compiler}/bin/tsc`,
    '-p',
    `${folder}/tsconfig.json`,
  );
  return { errors: withoutOthersErrors(said ?? ''), out: `${folder}/out` };
}

/**
 * Writes the sources of the app into a folder of the project.
 *
 * @param format ES modules name files with their extensions, as Node requires
 */
export function writeApp(project: EmptyProject, folder: string, format: Build['format']): void {
  for (const file of readdirSync(join(CONSUMER, 'app'))) {
    const text = readFileSync(join(CONSUMER, 'app', file), 'utf8');
    const named = file.endsWith('.html') ? text : text.replace(/(?<=from '\.\/\w+)(?=')/g, '.js');
    project.write(`${folder}/${file}`, format === 'esm' ? named : text);
  }
  project.write(`${folder}/package.json`, packageJson(format));
}

/**
 * Compiles a package that exports procedures and depends on `@latchkey/trpc` alone, with
 * declarations.
 *
 * @param project an isolated one, whose packages see only what they depend on
 * @returns the compiler's errors
 */
export async function compileProcedures(project: EmptyProject): Promise<string[]> {
  project.write('procedures.ts', readFileSync(join(CONSUMER, 'procedures.ts'), 'utf8'));
  const said = await project.tsc({
    compilerOptions: {
      ...OPTIONS,
      ...RESOLUTIONS.nodenext,
      noEmit: false,
      declaration: true,
      outDir: 'out',
      allowImportingTsExtensions: false,
    },
    files: ['procedures.ts'],
  });
  return withoutOthersErrors(said);
}

const packageJson = (format: Build['format']) =>
  JSON.stringify({ private: true, type: format === 'esm' ? 'module' : 'commonjs' });
