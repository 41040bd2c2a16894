#!/usr/bin/env node
// Installs the pinned Node and the dependencies, builds what is stale, then runs one command.
// Needs only Node 20 and npm.
import { resolve } from 'node:path';
import { choose } from './test-parts.mjs';
import { buildWeb, fail, install, node, ROOT, SOURCE, start, stopAll, tool } from './tools.mjs';

const [command, ...args] = process.argv.slice(2);
process.chdir(ROOT);

const EXAMPLES = {
  'existing-app': 'existing-app/main.ts',
  'first-query': '../../release/src/first-query/main.ts',
  'from-express-session': 'from-express-session/main.ts',
  'verifying-service': 'main.ts',
  'websocket-chat': 'websocket-chat/main.ts',
};

/** Each is a folder of apps/trials/src. */
const TRIALS = ['flood', 'load', 'chaos', 'soak', 'fuzz', 'timing'];

const commands = {
  start: async () => {
    await builtWeb();
    run(node(), [SOURCE, 'apps/server/src/main.ts', ...args]);
  },
  dev: () =>
    run(node(), [SOURCE, '--watch', 'apps/server/src/main.ts', ...args], {
      also: [tool('vite'), ['apps/web', '--config', 'apps/web/vite.config.ts']],
    }),
  cli: () => run(node(), [SOURCE, 'apps/server/src/cli.ts', ...args]),
  bench: () => run(node(), [SOURCE, 'apps/bench/src/main.ts', ...args]),
  explore: () =>
    run(node(), [SOURCE, '--max-old-space-size=8192', 'apps/lab/src/explore/main.ts', ...args]),
  mutants: () => {
    const stryker = resolve(tool('stryker'));
    process.chdir('packages/core');
    run(stryker, ['run', ...args]);
  },
  lab: () => run(node(), [SOURCE, 'apps/lab/src/main.ts', ...args]),
  trials: () => {
    const [name, ...rest] = args;
    if (name === undefined)
      return console.log(
        `npm run trials -- <name> [options], one of: ${TRIALS.join(', ')}. The options set the bounds of a trial.`,
      );
    if (!TRIALS.includes(name)) fail(`"${name}" is not a trial: use one of ${TRIALS.join(', ')}.`);
    run(node(), [SOURCE, `apps/trials/src/${name}/main.ts`, ...rest]);
  },
  example: () => {
    const [name, ...rest] = args;
    if (name === undefined)
      return console.log(
        `npm run example -- <name>, one of: ${Object.keys(EXAMPLES).join(', ')}. apps/examples/README.md describes them.`,
      );
    if (!Object.hasOwn(EXAMPLES, name))
      fail(`"${name}" is not an example: use one of ${Object.keys(EXAMPLES).join(', ')}.`);
    run(node(), [SOURCE, `apps/examples/src/${EXAMPLES[name]}`, ...rest]);
  },
  screenshots: async () => {
    await builtWeb();
    run(tool('playwright'), [
      'test',
      '--config',
      'apps/web/playwright.screenshots.config.ts',
      ...args,
    ]);
  },
  vitals: async () => {
    await builtWeb();
    run(tool('playwright'), ['test', '--config', 'apps/web/playwright.vitals.config.ts', ...args]);
  },
  build: () => run(node(), ['apps/release/src/main.ts', ...args]),
  matrix: () => run(node(), ['apps/release/src/main.ts', '--matrix', ...args]),
  changeset: () => run(tool('changeset'), args),
  format: () => run(tool('biome'), ['check', '--write', '.']),
  test: () => run(node(), ['scripts/test.mjs', ...args]),
};

if (!Object.hasOwn(commands, command ?? ''))
  fail(`"${command ?? ''}" is not a command: use one of ${Object.keys(commands).join(', ')}.`);
if (command === 'test') {
  const { fault } = choose(args);
  if (fault) fail(fault);
}
install();
await commands[command]();

async function builtWeb() {
  if (!(await buildWeb({ logLevel: 'warn' })))
    fail('The web app could not be built. The lines above show the error.');
}

/** Runs one program, or two, until one of them ends, and ends with its exit code. */
function run(file, parameters, { also } = {}) {
  for (const { ended } of [start(file, parameters), ...(also ? [start(...also)] : [])])
    void ended.then(({ code, signal }) => {
      stopAll('SIGTERM');
      process.exitCode ||= code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1);
    });
}
