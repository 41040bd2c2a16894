import { failingHistory } from './failing-history.ts';
import type { Tally } from './job.ts';
import { type LabOptions, parseLabOptions, UsageError } from './options.ts';
import { startPool } from './pool.ts';
import { printHonest, printThieves } from './print-lab.ts';
import { latchkey } from './rules/latchkey.ts';
import type { NetworkName } from './simulation/plan.ts';

/**
 * `npm run lab`: runs simulated browsers and thieves against the session layer and against other
 * products' rules (apps/lab/README.md).
 */
const options = optionsOrExit();
const began = performance.now();
const pool = startPool(options.threads);
try {
  const honest = await printHonest(pool, options);
  const thieves = await printThieves(pool, options);
  const counted = (tallies: Iterable<Tally>) =>
    [...tallies].reduce((sum, { rotations }) => sum + rotations, 0);
  const rotations =
    thieves.rotations + counted([...honest.values()].flatMap((row) => [...row.values()]));
  const ours = counted(honest.get(latchkey.name)?.values() ?? []);
  const seconds = (performance.now() - began) / 1000;
  const of =
    ours > 0 ? `, ${ours.toLocaleString('en')} of them by honest browsers under our rules` : '';
  console.log(
    `${rotations.toLocaleString('en')} rotations in ${seconds.toFixed(0)} s on ${options.threads} threads${of}. Seeds from ${options.seed}.`,
  );
  await showFailure(
    [...(honest.get(latchkey.name) ?? [])].find(([, { refused }]) => refused.length > 0),
  );
} finally {
  await pool.close();
}

async function showFailure(
  found: readonly [string, { readonly refused: readonly number[] }] | undefined,
): Promise<void> {
  const [network, tally] = found ?? [];
  const seed = tally?.refused[0];
  if (network === undefined || seed === undefined) return;
  console.log(
    `\nAn honest browser was refused on the network "${network}", seed ${seed}. The shortest history found:\n`,
  );
  for (const { at, text } of await failingHistory(
    latchkey.name,
    network as NetworkName,
    seed,
    options.minutes,
  ))
    console.log(`${at.toFixed(2).padStart(9)} s  ${text}`);
  process.exitCode = 1;
}

function optionsOrExit(): LabOptions {
  try {
    return parseLabOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(
      `${error.message}\nUsage: npm run lab -- [--browsers N] [--minutes N] [--seed N] [--threads N] [--rule NAME]… [--network NAME]…`,
    );
    process.exit(2);
  }
}
