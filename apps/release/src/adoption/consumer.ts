import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Packed } from '../make-packages.ts';
import { PUBLISHED, ROOT } from '../published.ts';
import { type EmptyProject, emptyProject, withoutOthersErrors } from './empty-project.ts';
import { RESOLUTIONS, type Resolution, type Versions } from './environments.ts';
import type { Installer } from './installers.ts';

const COMPILER = JSON.parse(
  readFileSync(join(ROOT, 'node_modules/typescript/package.json'), 'utf8'),
).version;
/** Dependencies that an adopter's project has besides the packages. */
const BESIDES = [`typescript@${COMPILER}`, '@types/node@^24.0.0', '@types/pg@^8.15.0'];
/** The compiler options of an adopter's project: strict, with all declarations checked. */
export const OPTIONS = {
  target: 'es2024',
  lib: ['es2024', 'dom', 'dom.iterable'],
  jsx: 'react-jsx',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  allowImportingTsExtensions: true,
  noEmit: true,
};
const FILES = {
  core: 'core.ts',
  keys: 'keys.ts',
  sql: 'sql.ts',
  redis: 'redis.ts',
  http: 'http.ts',
  trpc: 'server.ts',
  react: 'page.tsx',
  devtools: 'inspected-server.ts',
  doctor: 'doctor.ts',
};

/**
 * The expected output of each README example that needs neither Redis nor a page, by package;
 * `whole` is the repository's README.
 */
export const EXAMPLES_PRINT = {
  core: 'authenticated ada\n',
  keys: "[ 'ES256' ]\n",
  sql: 'true\n',
  http: '',
  trpc: '',
  devtools: '',
  doctor: 'No findings.\n',
  whole: "true Hello! no_credentials yours, ada [ 'ada' ]\n",
};

/** The expected result of {@link diagnose}. */
export const DIAGNOSES = { sound: [0], broken: [1, 'peer-too-old'] };

export const packedManifest = ({ tarball }: Packed) =>
  execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' });

/** Returns the tarballs of the packages, by name. */
export const tarballsOf = (packages: readonly Packed[]): Record<string, string> =>
  Object.fromEntries(packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]));

/**
 * Creates a project that depends on `@latchkey/trpc` alone, with a package manager that lets it see
 * only that.
 *
 * @throws Error with the installer's output if an installation fails
 */
export const isolatedProject = (packages: readonly Packed[]): Promise<EmptyProject> => {
  const tarballs = tarballsOf(packages);
  const specs = [`@latchkey/trpc@${tarballs['@latchkey/trpc']}`, '@trpc/server@11.9.0'];
  return emptyProject([...specs, ...BESIDES], 'pnpm, isolated', tarballs);
};

/**
 * Creates an empty project with the tarballs and the given versions of their peers.
 *
 * @throws Error with the installer's output if an installation fails
 */
export function consumerOf(
  packages: readonly Packed[],
  { choose, besides }: Versions,
  installer: Installer,
  tools: readonly string[] = [],
): Promise<EmptyProject> {
  const manifests = packages.map((packed) => JSON.parse(packedManifest(packed)));
  const peers = manifests.flatMap(({ peerDependencies = {}, devDependencies }) =>
    Object.entries<string>(peerDependencies).map(
      ([name, range]) => [name, choose(range, devDependencies[name])] as const,
    ),
  );
  const chosen = [...new Map(peers)].map((pair) => pair.join('@'));
  return emptyProject(
    [
      ...Object.entries(tarballsOf(packages)).map((pair) => pair.join('@')),
      ...chosen,
      ...BESIDES,
      ...besides,
      ...tools,
    ],
    installer,
    tarballsOf(packages),
  );
}

/**
 * Runs an app that signs in, refreshes within a request, and signs out.
 *
 * @param node the command that runs it; by default the Node of the tests
 * @returns `walked` and a newline
 * @throws Error with the failed check
 */
export function walk(project: EmptyProject, ...node: string[]): Promise<string> {
  project.write('walk.js', readFileSync(join(ROOT, 'apps/release/consumer/walk.js'), 'utf8'));
  const [program = 'node', ...parameters] = node;
  return project.run(program, ...parameters, 'walk.js');
}

/**
 * Imports every entry of the packages.
 *
 * @returns the entries, by name
 * @throws Error if an import fails
 */
export async function importEntries(
  project: EmptyProject,
  packages: readonly Packed[],
): Promise<string[]> {
  const entries = packages.flatMap(({ manifest, entries }) =>
    Object.keys(entries).map((entry) => manifest.name + entry.slice(1)),
  );
  const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}';`);
  const print = `console.log(JSON.stringify([${entries.map((_, index) => `Object.keys(entry${index}).length`).join(', ')}]));`;
  project.write('entries.js', [...imports, print].join('\n'));
  const exported = JSON.parse(await project.node('entries.js')) as number[];
  return entries.filter((_, index) => (exported[index] ?? 0) > 0);
}

/**
 * Writes the README examples into the project and compiles them.
 *
 * @returns the compiler's errors, apart from those in dependencies' declarations
 */
export async function compileExamples(
  project: EmptyProject,
  resolution: Resolution,
): Promise<string[]> {
  for (const name of PUBLISHED) project.write(FILES[name], exampleIn(`packages/${name}/README.md`));
  project.write('inspected-page.tsx', exampleIn('packages/devtools/README.md', 1));
  project.write('your-app.ts', YOUR_APP);
  project.write('adoption.ts', exampleIn('README.md'));
  project.write('whole.ts', exampleIn('README.md', 1));
  const said = await project.tsc({
    compilerOptions: { ...OPTIONS, ...RESOLUTIONS[resolution] },
    files: [...Object.values(FILES), 'inspected-page.tsx', 'adoption.ts', 'whole.ts'],
  });
  return withoutOthersErrors(said);
}

/**
 * Runs the README examples that need neither Redis nor a page.
 *
 * @returns the output of each
 * @throws Error if one fails
 */
export async function runExamples(
  project: EmptyProject,
): Promise<Record<keyof typeof EXAMPLES_PRINT, string>> {
  project.write(
    'signs-in.ts',
    exampleIn('README.md', 1).replace(/\napp\.listen\(.*\);\n$/, SIGN_IN),
  );
  return {
    core: await project.node(FILES.core),
    keys: await project.node(FILES.keys),
    sql: await project.node(FILES.sql),
    http: await project.node(FILES.http),
    trpc: await project.node(FILES.trpc),
    devtools: await project.node(FILES.devtools),
    doctor: await project.node(FILES.doctor),
    whole: await project.node('signs-in.ts'),
  };
}

/**
 * Runs the doctor on the project, and on a folder in it whose tRPC is too old.
 *
 * @returns the exit code and the ids of the findings of each
 */
export async function diagnose(project: EmptyProject): Promise<Record<string, unknown>> {
  project.write(
    'broken/package.json',
    JSON.stringify({ dependencies: { '@latchkey/trpc': '*', '@trpc/server': '*' } }),
  );
  project.write('broken/node_modules/@trpc/server/package.json', '{ "version": "11.8.1" }');
  const check = async (folder: string) => {
    const { code, stdout } = await project.command('latchkey-doctor', 'check', folder, '--json');
    const { findings } = JSON.parse(stdout) as { findings: { id: string }[] };
    return [code, ...findings.map(({ id }) => id)];
  };
  return { sound: await check('.'), broken: await check('broken') };
}

function exampleIn(page: string, index = 0): string {
  const examples = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/```tsx?\n([\s\S]*?)```/g)];
  return examples[index]?.[1] ?? '';
}

/** The modules that the first example of the repository's README imports from the reader's app. */
const YOUR_APP = `
import { authRouter, type LatchkeyContext, latchkeyProcedures } from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import express from 'express';
const t = initTRPC.context<LatchkeyContext>().create();
const { signedIn } = latchkeyProcedures<'Admin' | 'User'>();
const ada = { id: '7', username: 'ada', role: 'Admin', tokenVersion: 0, disabled: false };
export const secret = '';
export const app = express();
export const findUser = async (id: string) => (id === ada.id ? ada : null);
export const router = t.router({
  auth: authRouter({ checkPassword: async () => ada }),
  mine: t.procedure.concat(signedIn).query(({ ctx }) => ctx.principal.username),
});
`;

/** The lines that replace the example's last line, which would listen forever. */
const SIGN_IN = `
const server = app.listen(0);
await new Promise((resolve) => server.once('listening', resolve));
const trpc = \`http://localhost:\${(server.address() as { port: number }).port}/trpc\`;
const login = await fetch(\`\${trpc}/auth.login\`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"username":"ada","password":"right"}' });
const cookie = login.headers.getSetCookie().map((header) => header.split(';')[0]).join('; ');
const ask = async (path: string, headers = {}) => ((reply) => reply.result?.data ?? reply.error.data.reason)(await (await fetch(\`\${trpc}/\${path}\`, { headers })).json());
console.log(cookie.includes('__Host-X-Refresh-Token='), await ask('hello'), await ask('mine'), await ask('mine', { cookie }), await ask('users', { cookie }));
process.exit(0);
`;
