import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TRANSPORTS } from './attack.ts';
import { BOUNDS, type FloodResult, faultsOfFlood, runFlood } from './flood.ts';

/**
 * `npm run trials -- flood`: one caller sends as much as it can, and the latencies of other callers
 * are measured.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    before: { type: 'string' },
    transport: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const transports = TRANSPORTS.filter(
  (name) => values.transport === undefined || name === values.transport,
);
if (!(seconds > 0) || transports.length === 0) {
  console.error(
    `Usage: npm run trials -- flood [--seconds N] [--transport ${TRANSPORTS.join('|')}] [--before FOLDER]. FOLDER is another checkout, with its dependencies, to be compared with this one.`,
  );
  process.exit(2);
}

if (values.before !== undefined && !existsSync(join(values.before, 'node_modules'))) {
  console.error(
    `--before is ${values.before}: it must be the folder of a checkout with its dependencies. Run npm test -- format there once.`,
  );
  process.exit(2);
}

const HEAD = [
  '',
  'transport',
  'caller',
  'answers',
  'failed',
  'p50 idle → flood',
  'p99 idle → flood',
  'memory',
  '',
];
const WIDTHS = [7, 10, 12, 8, 14, 20, 22, 10, 0];
const line = (cells: readonly string[]) =>
  cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join(' ');
const ms = (idle: number, during: number) => `${idle.toFixed(1)} → ${during.toFixed(1)} ms`;

function print(which: string, result: FloodResult): void {
  const { transport, caller, reads, idle, during, grownBytes } = result;
  const failed = Object.entries(during.failed).map(([status, times]) => `${times} × ${status}`);
  const faults = faultsOfFlood(result);
  console.log(
    line([
      which,
      transport,
      caller,
      reads ? 'read' : 'unread',
      `${failed.join(' ') || '0'} of ${during.answered}`,
      ms(idle.p50Ms, during.p50Ms),
      ms(idle.p99Ms, during.p99Ms),
      `${grownBytes < 0 ? '' : '+'}${Math.round(grownBytes / 2 ** 20)} MiB`,
      faults.length > 0 ? `FAULT: ${faults.join(', ')}` : 'ok',
    ]),
  );
}

console.log(
  `Ten connections of one caller, each with a frame of 100 calls every 50 ms, for ${seconds} s; at the same time four other clients request a page 40 times a second each.`,
);
console.log(BOUNDS);
console.log(line(HEAD));
if (values.before !== undefined)
  await runFlood({
    seconds,
    transports,
    checkout: values.before,
    onResult: (result) => print('before', result),
  });
const results = await runFlood({
  seconds,
  transports,
  onResult: (result) => print(values.before === undefined ? '' : 'now', result),
});
const wrong = results.filter((result) => faultsOfFlood(result).length > 0);
console.log(
  wrong.length > 0
    ? `FAULT: ${wrong.length} of ${results.length} floods exceed the bounds for other callers.`
    : 'Every flood stays within the bounds for other callers.',
);
process.exitCode = wrong.length > 0 ? 1 : 0;
