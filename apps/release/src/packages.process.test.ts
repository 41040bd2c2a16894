import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkPackages } from './check-packages.ts';
import { makePackages, type Packed } from './make-packages.ts';
import { PUBLISHED, ROOT } from './published.ts';
import { type EmptyProject, emptyProject } from './testing/empty-project.ts';

/** Much is installed and compiled here, on machines that do other things besides. */
const LONG = 180_000;
vi.setConfig({ testTimeout: LONG, hookTimeout: LONG });

/** What a project in TypeScript brings itself, and a client for WebSockets. */
const BESIDES = ['@types/node@^24.0.0', '@types/express@^5.0.0', '@types/react@^19.0.0', 'ws@^8.18.0'];
const OPTIONS = {
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
/** Every declaration is checked, others' too: some of tRPC's own do not compile beside today's of ws. */
const NOT_OURS = /^node_modules\/@trpc\/server\/dist\/(adapters\/)?ws[\w-]*\.d\.mts\S+ error TS2694/;

/** What the packages meet: versions of what they ask for beside them, by its range and by what this repository uses, and how a compiler looks for declarations. */
const PROJECTS = {
  'the lowest versions that the peer ranges allow': {
    choose: (range: string) => range.replace('^', ''),
    resolution: { module: 'nodenext', moduleResolution: 'nodenext' },
  },
  'the versions this repository is tested with': {
    choose: (range: string, own: string | undefined) => own ?? range,
    resolution: { module: 'esnext', moduleResolution: 'bundler' },
  },
};

let folder: string;
let packages: Packed[];
/** npm mostly waits, so both are installed at once. */
const projects = new Map<string, Promise<EmptyProject>>();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-packages-'));
  packages = await makePackages(folder);
  const tarballs = packages.map(({ tarball }) => tarball);
  for (const [title, { choose }] of Object.entries(PROJECTS)) {
    const project = emptyProject([...tarballs, ...peers(choose), ...BESIDES]);
    // Its own tests say so if it fails, later.
    project.catch(() => {});
    projects.set(title, project);
  }
});
afterAll(async () => {
  for (const settled of await Promise.allSettled(projects.values())) if (settled.status === 'fulfilled') settled.value.remove();
  rmSync(folder, { recursive: true, force: true });
});

const inTarball = ({ tarball }: Packed) => execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
const packedManifest = ({ tarball }: Packed) => execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' });

it('nothing stands in the way of publishing: entries, types, budgets', async () => {
  expect((await checkPackages(packages)).faults).toEqual([]);
});

it.each(PUBLISHED.map((name, index) => [name, index] as const))('%s holds what is built, its texts, and nothing of the workspace', (_name, index) => {
  const packed = packages[index] as Packed;
  const files = inTarball(packed).map((file) => file.replace('package/', ''));
  expect(files.filter((file) => !/^dist\/[\w./-]+\.(js|js\.map|d\.ts)$/.test(file)).sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  expect(files.filter((file) => /\.test\.|internal/.test(file))).toEqual([]);
  expect(packedManifest(packed)).not.toMatch(/workspace:|catalog:|@latchkey\/source|\binternal\b/);
});

/** What the packages ask for beside them, but for what only the contracts need. */
function peers(choose: (range: string, own: string | undefined) => string): string[] {
  const all = packages.map((packed) => JSON.parse(packedManifest(packed)));
  const chosen = all.flatMap(({ peerDependencies = {}, devDependencies }) =>
    Object.entries<string>(peerDependencies).map(([name, range]) => [name, choose(range, devDependencies[name])] as const),
  );
  return [...new Map(chosen)].filter(([name]) => !['vitest', 'fast-check'].includes(name)).map((pair) => pair.join('@'));
}

describe.each(Object.entries(PROJECTS))('in an empty project, with %s', (title, { resolution }) => {
  let project: EmptyProject;
  beforeAll(async () => {
    project = (await projects.get(title)) as EmptyProject;
  });

  it('an app signs in, is refreshed in the request, and signs out', async () => {
    project.write('walk.js', readFileSync(join(ROOT, 'apps/release/consumer/walk.js'), 'utf8'));
    expect(await project.node('walk.js')).toBe('walked\n');
  });

  it('every entry can be imported, without Vitest and fast-check', async () => {
    const entries = packages.flatMap(({ manifest, entries }) => Object.keys(entries).map((entry) => manifest.name + entry.slice(1)));
    const imports = entries.map((entry) => `import * as entry${entries.indexOf(entry)} from '${entry}';`);
    project.write('entries.js', `${imports.join('\n')}\nconsole.log(Object.keys(entry0).length > 0);`);
    expect(entries.length).toBe(8);
    expect(await project.node('entries.js')).toBe('true\n');
    expect(() => project.manifestOf('vitest')).toThrow('ENOENT');
  });

  it('the examples of the READMEs compile, and those that need no Redis run', async () => {
    const files = { core: 'core.ts', sql: 'sql.ts', redis: 'redis.ts', trpc: 'server.ts', react: 'page.tsx' };
    for (const name of PUBLISHED) project.write(files[name], exampleIn(`packages/${name}/README.md`));
    const whole = exampleIn('README.md');
    project.write('whole.ts', whole);
    project.write('signs-in.ts', whole.replace(/\napp\.listen\(.*\);\n$/, SIGN_IN));
    const said = await project.tsc({ compilerOptions: { ...OPTIONS, ...resolution }, files: [...Object.values(files), 'whole.ts'] });
    expect(said.split('\n').filter((line) => line !== '' && !NOT_OURS.test(line))).toEqual([]);
    expect(await project.node('core.ts')).toBe('authenticated ada\n');
    expect(await project.node('sql.ts')).toBe('true\n');
    expect(await project.node('server.ts')).toBe('');
    expect(await project.node('signs-in.ts')).toBe("true Hello! no_credentials yours, ada [ 'ada' ]\n");
  });
});

function exampleIn(page: string): string {
  const [, code = ''] = /```tsx?\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, page), 'utf8')) ?? [];
  return code;
}

/** In place of the last line, which would listen for ever. */
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
