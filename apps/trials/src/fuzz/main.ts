import { parseArgs } from 'node:util';
import { terminalText } from '@latchkey/server/terminal-text';
import { fuzz } from './fuzz.ts';
import { startTargets } from './targets.ts';

/**
 * `npm run trials -- fuzz`: sends random input to the server, and reports inputs that break a
 * property.
 */
const MAX_SECONDS = 86_400;
const { seconds, seed } = options();
const { targets, victims, close } = await startTargets();
console.log(`${targets.length} targets, ${seconds} s in all, seed ${seed}\n`);
const results = await fuzz(targets, victims, {
  seconds,
  seed,
  onResult({ name, runs, perSecond, finding }) {
    console.log(
      `${name.padEnd(26)} ${runs.toLocaleString('en').padStart(12)} runs  ${Math.round(perSecond).toLocaleString('en').padStart(8)} a second`,
    );
    if (finding !== null) console.log(terminalText(`\nFOUND in ${name}:\n${finding}\n`));
  },
});
await close();
const findings = results.filter(({ finding }) => finding !== null).length;
console.log(
  `\n${findings} findings. To repeat this run: npm run trials -- fuzz --seconds ${seconds} --seed ${seed}`,
);
process.exitCode = findings > 0 ? 1 : 0;

function options(): { seconds: number; seed: number } {
  try {
    const { values } = parseArgs({
      options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
    });
    const wanted = {
      seconds: Number(values.seconds),
      seed: Number(values.seed ?? Math.floor(Math.random() * 1e9)),
    };
    if (wanted.seconds > 0 && wanted.seconds <= MAX_SECONDS && Number.isInteger(wanted.seed))
      return wanted;
  } catch {
    // An invalid option falls through to the usage below.
  }
  console.error(
    `Usage: npm run trials -- fuzz [--seconds N] [--seed N], N above 0 and at most ${MAX_SECONDS}, the seed a whole number.`,
  );
  return process.exit(2);
}
