// Runs the parts of the tests: `npm test -- <part> [filter…]`. Started by run.mjs, which installs
// what is missing.
import { readdirSync } from 'node:fs';
import { choose } from './test-parts.mjs';
import { buildWeb, fail, node, ROOT, SOURCE, start, tool, wasStopped } from './tools.mjs';

const SERVERS = ['postgres', 'redis', 'nginx', 'caddy', 'pgbouncer'];

process.chdir(ROOT);
const { parts, filters, fault } = choose(process.argv.slice(2));
if (fault) fail(fault);

/** Runs each part; resolves to whether it passed. */
const STEPS = {
  format: (show) => passes(tool('biome'), ['ci', '--colors=off', '.'], show),
  lint: async (show) => {
    const linted = passes(tool('oxlint'), ['--type-aware', '--deny-warnings', '.'], show);
    const used = passes(tool('knip'), ['--no-progress', '--no-config-hints'], {
      ...show,
      before: '',
    });
    return (await linted) && (await used);
  },
  types: (show) => passes(tool('tsc'), ['-b'], show),
  unit: () => vitest('unit'),
  // A test that needs the browser fetches it; a run of all fetches it before the first test.
  processes: async (show) =>
    (await prepare([...SERVERS, ...(filters.length > 0 ? [] : ['headless-shell'])])) &&
    vitest('processes', show),
  web: () => buildWeb({ logLevel: 'info' }),
  browser: async (show) =>
    (await prepare(browsers())) &&
    (await buildWeb({ logLevel: 'warn' })) &&
    passes(
      tool('playwright'),
      ['test', '--config', 'apps/web/playwright.config.ts', ...filters],
      show,
    ),
};
/** Short parts that do not keep two cores busy: they run in parallel. */
const SIDE_BY_SIDE = ['format', 'lint', 'types'];

const passed = [];
const failed = [];
const together = parts.filter((name) => SIDE_BY_SIDE.includes(name));
await Promise.all(together.map((name) => part(name, { capture: together.length > 1 })));
for (const name of parts) if (!together.includes(name) && !wasStopped()) await part(name);
if (wasStopped()) console.log('\nStopped.');
else if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
console.log(`${passed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 || wasStopped() ? 1 : 0;

/** Runs one part. Captured output is printed in one piece when the part has ended. */
async function part(name, { capture = false } = {}) {
  const began = performance.now();
  if (!capture) console.log(`\n── ${name}`);
  const isGood = await STEPS[name](capture ? { capture, before: `\n── ${name}` } : {});
  console.log(
    `── ${name}: ${isGood ? 'passed' : 'FAILED'} in ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
  (isGood ? passed : failed).push(name);
}

async function passes(file, parameters, { capture = false, before } = {}) {
  const { code, output } = await start(file, parameters, { capture }).ended;
  if (before) console.log(`${before}\n${output.trimEnd()}`);
  return code === 0;
}

function vitest(project, show) {
  return passes(tool('vitest'), ['run', '--project', project, ...filters], show);
}

/** Finds or fetches programs before the tests start. A missing one is reported in one sentence. */
function prepare(programs) {
  return passes(node(), [SOURCE, 'apps/test-services/src/programs/prepare.ts', ...programs]);
}

/** A full browser is fetched only for the tests that say that they need one. */
function browsers() {
  const full = readdirSync('apps/web/e2e', { recursive: true }).filter((name) =>
    name.endsWith('.full-browser.spec.ts'),
  );
  const chosen =
    filters.length === 0
      ? full
      : full.filter((name) => filters.some((filter) => name.includes(filter)));
  return ['headless-shell', ...(chosen.length > 0 ? ['full-chromium'] : [])];
}
