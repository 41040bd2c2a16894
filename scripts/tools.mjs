// Shared by the scripts: the pinned tools, the installation, and child processes that end with
// their parent.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BIN = join(ROOT, 'node_modules', '.bin');
const PNPM = 'pnpm@12.21.0';
const MIN_NODE = 24;
/** Resolves the workspace's packages to their TypeScript sources. */
export const SOURCE = '--conditions=@latchkey/source';

export function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Installs the dependencies if a manifest or the lockfile has changed since the last time. */
export function install() {
  const stamp = join(ROOT, 'node_modules', '.latchkey-installed');
  const manifests = [
    'package.json',
    'pnpm-workspace.yaml',
    'pnpm-lock.yaml',
    ...['packages', 'apps'].flatMap(manifestsIn),
  ];
  const wanted = fingerprint(manifests);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing dependencies (the first time takes about half a minute) …');
  const { status } = spawnSync(
    'npx',
    ['-y', '--prefer-offline', PNPM, 'install', '--loglevel=error'],
    {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  );
  if (status !== 0)
    fail(
      'The dependencies could not be installed. Check that the npm registry is reachable. The lines above show the error.',
    );
  writeFileSync(stamp, fingerprint(manifests));
}

function manifestsIn(folder) {
  return readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}/package.json`);
}

/**
 * Builds the SPA if its sources have changed since the last build; with the session inspector for
 * development. @returns whether it is built
 */
export async function buildWeb({ logLevel }) {
  const stamp = join(ROOT, '.cache', 'web-built');
  const inspector = String(!isProduction());
  const wanted = `${inspector} ${fingerprint([
    'pnpm-lock.yaml',
    ...filesIn('apps/web/src'),
    ...filesIn('apps/web/public'),
    ...filesIn('apps/web/build'),
    ...filesIn('packages/devtools/src'),
    ...filesIn('packages/react/src'),
    'apps/web/index.html',
    'apps/web/vite.config.ts',
  ])}`;
  if (
    existsSync('apps/web/dist/index.html') &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === wanted
  )
    return true;
  console.log('Building the web app …');
  // Always React's production build, whatever the server's NODE_ENV.
  const parameters = [
    'build',
    'apps/web',
    '--config',
    'apps/web/vite.config.ts',
    '--logLevel',
    logLevel,
  ];
  const { code } = await start(tool('vite'), parameters, {
    variables: { NODE_ENV: 'production', LATCHKEY_INSPECTOR: inspector },
  }).ended;
  if (code !== 0) return false;
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  return true;
}

/** Reads NODE_ENV like the server: the process's variable first, then the one in `.env`. */
function isProduction() {
  if (process.env.NODE_ENV !== undefined) return process.env.NODE_ENV === 'production';
  return (
    existsSync('.env') &&
    /^\s*(?:export\s+)?NODE_ENV\s*=\s*["'`]?production\b/m.test(readFileSync('.env', 'utf8'))
  );
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files)
    if (existsSync(file)) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/**
 * The Node that the repository pins, if npm ships one for this platform; else the running one, if
 * it is new enough.
 */
export function node() {
  const pinned = join(BIN, 'node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= MIN_NODE) return process.execPath;
  return fail(
    `Node is ${process.version}: version ${MIN_NODE} or later is required, and npm ships none for ${process.platform}. Install it from https://nodejs.org.`,
  );
}

/** The path of a package's command, from the workspace package that depends on it. */
export function tool(name) {
  const places = [
    BIN,
    'apps/web/node_modules/.bin',
    'packages/core/node_modules/.bin',
    'apps/release/node_modules/.bin',
  ].map((folder) => join(folder, name));
  return places.find((path) => existsSync(path)) ?? name;
}

const children = new Set();

/**
 * Starts a program with the pinned tools on its PATH. It ends when this process, or the parent of
 * this process, is stopped.
 *
 * @returns the child, and a promise of its exit code, its signal and, with `capture`, what it
 *   printed
 */
export function start(file, parameters, { variables = {}, capture = false } = {}) {
  endWithParent();
  const env = { ...process.env, ...variables, PATH: `${BIN}${delimiter}${process.env.PATH}` };
  const child = spawn(file, parameters, {
    stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    env,
  });
  children.add(child);
  let output = '';
  if (capture)
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise((resolve) => {
    child.on('error', (error) => fail(`${file} could not be started: ${error.message}`));
    child.on('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal, output });
    });
  });
  return { child, ended };
}

/** Sends a signal to every running program. */
export function stopAll(signal) {
  for (const child of children) child.kill(signal);
}

let isWatching = false;

function endWithParent() {
  if (isWatching) return;
  isWatching = true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      isStopped = true;
      stopAll(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    });
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid === parent) return;
    isStopped = true;
    stopAll('SIGTERM');
  }, 500).unref();
}

let isStopped = false;

/** Whether this process is stopping: it starts no more programs. */
export const wasStopped = () => isStopped;
