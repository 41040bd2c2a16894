import { parseArgs } from 'node:util';
import { describeTiming, timeSignIns } from './sign-in-timing.ts';
import { LEAK_THRESHOLD } from './welch.ts';

/**
 * `npm run trials -- timing`: tests whether the time of a refused sign-in reveals that a user
 * exists, or what is the matter with the account.
 */
const { values } = parseArgs({ options: { runs: { type: 'string', default: '2000' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 10 || runs > 1_000_000) {
  console.error('Usage: npm run trials -- timing [--runs N], N a whole number from 10 to 1000000.');
  process.exit(2);
}
const result = await timeSignIns(runs, (done) => {
  if (process.stdout.isTTY && done % 50 === 0) process.stdout.write(`\r${done} of ${runs}`);
});
if (process.stdout.isTTY) process.stdout.write('\r');
console.log(describeTiming(result));
const isLeaking = result.kinds.some(({ t }) => Math.abs(t) >= LEAK_THRESHOLD);
console.log(
  isLeaking
    ? `The times differ: an |t| is ${LEAK_THRESHOLD} or more.`
    : `The times do not differ measurably: every |t| is below ${LEAK_THRESHOLD}.`,
);
process.exitCode = isLeaking ? 1 : 0;
