#!/usr/bin/env node
// Puts the pinned Node and the dependencies in place, builds what is stale, then runs one command. Needs only Node 20 and npm.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BIN = join(ROOT, 'node_modules', '.bin');
const PNPM = 'pnpm@12.21.0';
const MIN_NODE = 24;
const SOURCE = '--conditions=@latchkey/source';

const [command, ...args] = process.argv.slice(2);
process.chdir(ROOT);

const EXAMPLES = {
  'existing-app': 'existing-app/main.ts',
  'from-express-session': 'from-express-session/main.ts',
  'verifying-service': 'main.ts',
  'websocket-chat': 'websocket-chat/main.ts',
};

const commands = {
  start: () => {
    buildWeb();
    run(node(), [SOURCE, 'apps/server/src/main.ts', ...args]);
  },
  dev: () => run(node(), [SOURCE, '--watch', 'apps/server/src/main.ts'], { also: [tool('vite'), ['apps/web', '--config', 'apps/web/vite.config.ts']] }),
  cli: () => run(node(), [SOURCE, 'apps/server/src/cli.ts', ...args]),
  bench: () => run(node(), [SOURCE, 'apps/bench/src/main.ts', ...args]),
  explore: () => run(node(), [SOURCE, '--max-old-space-size=8192', 'apps/bench/src/lab/explore/main.ts', ...args]),
  mutants: () => {
    const stryker = resolve(tool('stryker'));
    process.chdir('packages/core');
    run(stryker, ['run', ...args]);
  },
  lab: () => run(node(), [SOURCE, 'apps/bench/src/lab/main.ts', ...args]),
  chaos: () => run(node(), [SOURCE, 'apps/server/src/chaos/main.ts', ...args]),
  fuzz: () => run(node(), [SOURCE, 'apps/server/src/fuzz/main.ts', ...args]),
  timing: () => run(node(), [SOURCE, 'apps/server/src/timing/main.ts', ...args]),
  soak: () => run(node(), [SOURCE, 'apps/server/src/soak/main.ts', ...args]),
  example: () => {
    const [name, ...rest] = args;
    if (name === undefined)
      return console.log(`npm run example -- <name>, one of: ${Object.keys(EXAMPLES).join(', ')}. What each shows is in apps/examples/README.md.`);
    if (!Object.hasOwn(EXAMPLES, name)) fail(`"${name}" is no example. There are: ${Object.keys(EXAMPLES).join(', ')}.`);
    run(node(), [SOURCE, `apps/examples/src/${EXAMPLES[name]}`, ...rest]);
  },
  screenshots: () => {
    buildWeb();
    run(tool('playwright'), ['test', '--config', 'apps/web/playwright.screenshots.config.ts', ...args]);
  },
  vitals: () => {
    buildWeb();
    run(tool('playwright'), ['test', '--config', 'apps/web/playwright.vitals.config.ts', ...args]);
  },
  build: () => run(node(), ['apps/release/src/main.ts', ...args]),
  changeset: () => run(tool('changeset'), args),
  format: () => run(tool('biome'), ['check', '--write', '.']),
  test: () => test(),
};

if (!Object.hasOwn(commands, command ?? '')) fail(`"${command ?? ''}" is no command. There are: ${Object.keys(commands).join(', ')}.`);
install();
commands[command]();

function test() {
  const only = args[0];
  const steps = {
    format: [tool('biome'), ['ci', '--colors=off', '.']],
    lint: [tool('oxlint'), ['--type-aware', '--deny-warnings', '.']],
    types: [tool('tsc'), ['-b']],
    unit: [tool('vitest'), ['run', ...args.slice(1)]],
    web: null,
    browser: [tool('playwright'), ['test', '--config', 'apps/web/playwright.config.ts', ...args.slice(1)]],
  };
  if (only && !Object.hasOwn(steps, only)) fail(`"${only}" is no part of the tests. There are: ${Object.keys(steps).join(', ')}.`);
  const failed = [];
  const chosen = only ? [only] : Object.keys(steps);
  for (const name of chosen) {
    const began = performance.now();
    console.log(`\n── ${name}`);
    const built = (name !== 'web' && name !== 'browser') || buildWeb(false);
    const passed = built && (name === 'web' || spawnSync(...steps[name], options()).status === 0);
    console.log(`── ${name}: ${passed ? 'passed' : 'FAILED'} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    if (!passed) failed.push(name);
  }
  console.log(failed.length > 0 ? `\nFailed: ${failed.join(', ')}` : '');
  console.log(`${chosen.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

/** Installs when a manifest or the lockfile is not what was installed last. */
function install() {
  const stamp = join(ROOT, 'node_modules', '.latchkey-installed');
  const manifests = ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', ...['packages', 'apps'].flatMap(manifestsIn)];
  const wanted = fingerprint(manifests);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing dependencies (the first time takes about half a minute) …');
  const { status } = spawnSync('npx', ['-y', '--prefer-offline', PNPM, 'install', '--loglevel=error'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail('The dependencies could not be installed. Is the npm registry reachable? The lines above say what failed.');
  writeFileSync(stamp, fingerprint(manifests));
}

function manifestsIn(folder) {
  return readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}/package.json`);
}

/** Builds the SPA when its sources are not what was built last. For development, with the session inspector. */
function buildWeb(orExit = true) {
  const stamp = join(ROOT, '.cache', 'web-built');
  const inspector = String(!isProduction());
  const wanted = `${inspector} ${fingerprint([
    'pnpm-lock.yaml',
    ...filesIn('apps/web/src'),
    ...filesIn('apps/web/public'),
    ...filesIn('apps/web/build'),
    ...filesIn('packages/react/src'),
    'apps/web/index.html',
    'apps/web/vite.config.ts',
  ])}`;
  if (existsSync('apps/web/dist/index.html') && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true;
  console.log('Building the web app …');
  // A build is React's production build, whatever the server is to be.
  const { status } = spawnSync(
    tool('vite'),
    ['build', 'apps/web', '--config', 'apps/web/vite.config.ts', '--logLevel', orExit ? 'warn' : 'info'],
    options({ NODE_ENV: 'production', LATCHKEY_INSPECTOR: inspector }),
  );
  if (status === 0) {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, wanted);
  } else if (orExit) fail('The web app could not be built. The lines above say why.');
  return status === 0;
}

/** As the server sees it: the process's variable first, then the one in `.env`. */
function isProduction() {
  if (process.env.NODE_ENV !== undefined) return process.env.NODE_ENV === 'production';
  return existsSync('.env') && /^\s*(?:export\s+)?NODE_ENV\s*=\s*["'`]?production\b/m.test(readFileSync('.env', 'utf8'));
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
  for (const file of files) if (existsSync(file)) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** The Node that the repository pins, where npm ships one; otherwise the one that runs this, if it is new enough. */
function node() {
  const pinned = join(BIN, 'node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= MIN_NODE) return process.execPath;
  return fail(
    `This needs Node ${MIN_NODE} or later; here is ${process.version}, and npm ships none for ${process.platform}. Install it from https://nodejs.org.`,
  );
}

/** A package's command, from whichever workspace package depends on it. */
function tool(name) {
  const places = [BIN, 'apps/web/node_modules/.bin', 'packages/core/node_modules/.bin', 'apps/release/node_modules/.bin'].map((folder) => join(folder, name));
  return places.find((path) => existsSync(path)) ?? name;
}

function options(variables = {}) {
  return { stdio: 'inherit', env: { ...process.env, ...variables, PATH: `${BIN}${delimiter}${process.env.PATH}` } };
}

/** Runs until the command ends, and ends with it: whoever stops this process, or its parent, stops what it started. */
function run(file, parameters, { also } = {}) {
  const children = [spawn(file, parameters, options()), ...(also ? [spawn(...also, options())] : [])];
  const parent = process.ppid;
  const stop = (signal) => {
    for (const child of children) if (child.exitCode === null) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM'));
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop('SIGTERM');
  }, 500);
  for (const child of children) {
    child.on('error', (error) => fail(`${file} could not be started: ${error.message}`));
    child.on('exit', (code, signal) => {
      stop('SIGTERM');
      if (children.every((other) => other.exitCode !== null || other.signalCode !== null)) clearInterval(watch);
      process.exitCode ||= code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1);
    });
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
