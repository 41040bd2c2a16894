import { parseArgs } from 'node:util';
import { terminalText } from '@latchkey/server/terminal-text';
import { runSoak, type SoakReport, verdict } from './soak.ts';

/**
 * `npm run trials -- soak`: runs a mixed load on a server for a while, and reports growth of memory
 * and handles.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    people: { type: 'string', default: '24' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
  },
});
const options = {
  minutes: Number(values.minutes),
  people: Number(values.people),
  seed: Number(values.seed),
};
const wholeNumbers = [options.people, options.seed].every(
  (value) => Number.isInteger(value) && value >= 0,
);
if (!wholeNumbers || options.people < 1 || !(options.minutes > 0)) {
  console.error(
    'Usage: npm run trials -- soak [--minutes N] [--people N] [--seed N]. Minutes may be a fraction.',
  );
  process.exit(2);
}

const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
console.log(`${options.minutes} minutes, ${options.people} people, seed ${options.seed}`);
const report = await runSoak({
  ...options,
  onSample: ({ seconds, requests, errors, rssBytes, heapBytes, handles, delayP99Ms }) =>
    console.log(
      `  ${seconds.toFixed(0).padStart(5)} s  ${String(requests).padStart(7)} requests  ${errors} errors  memory ${mib(rssBytes)}  heap ${mib(heapBytes)}  ${handles} handles  event loop p99 ${delayP99Ms.toFixed(1)} ms`,
    ),
});
print(report);
const faults = verdict(report);
console.log(faults.length > 0 ? `FAULT: ${faults.join(', ')}` : 'Nothing piles up.');
process.exitCode = faults.length > 0 ? 1 : 0;

function print({ sent, refused, errors, perHour, grown }: SoakReport): void {
  console.log(
    `  ${Object.entries(sent)
      .map(([kind, times]) => `${times} × ${kind}`)
      .join(', ')}; ${refused} refused for load`,
  );
  console.log(
    `  per hour: heap ${mib(perHour.heapBytes)}, handles ${perHour.handles.toFixed(0)}; over the measurements: heap ${mib(grown.heapBytes)}, handles ${grown.handles.toFixed(0)}`,
  );
  for (const line of [...new Set(errors)].slice(0, 20))
    console.log(terminalText(`  FAULT: ${line}`));
}
