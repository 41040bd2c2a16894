import { parseArgs } from 'node:util';
import { DEFAULT_BOUNDS } from './bounds.ts';
import { explore } from './explore.ts';
import { WEAKENINGS } from './weakenings.ts';

/** `npm run explore`: walks every order of events in a small world, with the rules as they are and with one of them weakened (docs/lab.md). */
const MOST_SENDS = 5;

const bounds = { ...DEFAULT_BOUNDS, sends: sendsOrExit() };
const number = (value: number) => value.toLocaleString('en');

const began = performance.now();
const { states, steps, broken } = explore(bounds);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(
  `Every order of ${bounds.sends} requests, ${bounds.inFlight} at a time, with losses, explicit refreshes and a sign-out: ${number(states)} states, ${number(steps)} steps, ${seconds} s.`,
);
console.log(
  broken ? `BROKEN: ${broken.promise}.` : 'No honest browser is refused, only the current token rotates, and nothing is served after the session was revoked.',
);
tell(broken?.history);
if (broken) process.exitCode = 1;

console.log('\nThe same with one rule weakened, in the smallest world in which it matters:\n');
for (const { name, rules, bounds: small } of WEAKENINGS) {
  const found = explore(small, rules);
  if (!found.broken) process.exitCode = 1;
  console.log(`${name}: ${found.broken ? `${found.broken.promise}, after ${found.broken.history.length} steps` : 'NOTHING FOUND, though there should be'}`);
  tell(found.broken?.history);
}

function tell(history: readonly string[] = []): void {
  for (const step of history) console.log(`    ${step}`);
}

function sendsOrExit(): number {
  try {
    const { values } = parseArgs({ options: { sends: { type: 'string' } } });
    const sends = Number(values.sends ?? DEFAULT_BOUNDS.sends);
    if (Number.isInteger(sends) && sends >= 1 && sends <= MOST_SENDS) return sends;
  } catch {
    // Said below, with every other way to get it wrong.
  }
  console.error(`Usage: npm run explore -- [--sends N], N from 1 to ${MOST_SENDS}; ${MOST_SENDS} takes some minutes and several gigabytes.`);
  return process.exit(2);
}
