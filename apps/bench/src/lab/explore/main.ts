import { parseArgs } from 'node:util';
import { type Bounds, DEFAULT_BOUNDS, FORGOTTEN_HAND_OUT, RESTORE_BOUNDS } from './bounds.ts';
import { explore } from './explore.ts';
import { WEAKENINGS } from './weakenings.ts';

/** `npm run explore`: walks every order of events in a small world, with the rules as they are and with one of them weakened (docs/lab.md). */
const MOST_SENDS = 5;

const bounds = { ...DEFAULT_BOUNDS, sends: sendsOrExit() };
const number = (value: number) => value.toLocaleString('en');

walk(bounds, 'and a sign-out', 'No honest browser is refused, only the current token rotates, and nothing is served after the session was revoked.');
const GOES_BACK = 'and a store that once goes back to what it was at any moment before';
walk(RESTORE_BOUNDS, GOES_BACK, 'No honest browser is refused.');
walk({ ...FORGOTTEN_HAND_OUT, restore: 'all but hand-outs' }, `${GOES_BACK}, but for its record of hand-outs`, 'No honest browser is refused.');

console.log('The same with one rule weakened, in the smallest world in which it matters:\n');
for (const { name, rules, bounds: small } of WEAKENINGS) {
  const found = explore(small, rules);
  if (!found.broken) process.exitCode = 1;
  console.log(`${name}: ${found.broken ? `${found.broken.promise}, after ${found.broken.history.length} steps` : 'NOTHING FOUND, though there should be'}`);
  tell(found.broken?.history);
}

console.log('\nWhat is left (decision 026): four requests, and the record of a hand-out is lost with the rest.\n');
const left = explore(FORGOTTEN_HAND_OUT).broken;
console.log(left ? `${left.promise}, after ${left.history.length} steps` : 'NOTHING FOUND, though there should be');
tell(left?.history);

function walk(within: Bounds, and: string, kept: string): void {
  const began = performance.now();
  const { states, steps, broken } = explore(within);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const world = `Every order of ${within.sends} requests, ${within.inFlight} at a time, with losses, explicit refreshes ${and}`;
  console.log(`${world}: ${number(states)} states, ${number(steps)} steps, ${seconds} s.`);
  console.log(`${broken ? `BROKEN: ${broken.promise}.` : kept}\n`);
  tell(broken?.history);
  if (broken) process.exitCode = 1;
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
