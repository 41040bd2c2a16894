import { parseArgs } from 'node:util';
import {
  type Bounds,
  DEFAULT_BOUNDS,
  FORGOTTEN_DELIVERY,
  FURTHER_BOUNDS,
  RENAME_BOUNDS,
  RESTORE_BOUNDS,
} from './bounds.ts';
import { explore } from './explore.ts';
import { WEAKENINGS } from './weakenings.ts';

/**
 * `npm run explore`: walks every order of events in a small world, with the rules as they are and
 * with one of them weakened (apps/lab/README.md).
 */
const MOST_SENDS = 5;

const bounds = { ...DEFAULT_BOUNDS, sends: sendsOrExit() };
const GOES_BACK = 'a store that once goes back to what it was at any moment before';
const number = (value: number) => value.toLocaleString('en');

walk(
  bounds,
  'No honest browser is refused, only the current token rotates, and nothing is served after the session was revoked.',
);
for (const further of FURTHER_BOUNDS) walk(further, 'The same holds.');
walk(RENAME_BOUNDS, 'No honest browser is refused.');
walk(RESTORE_BOUNDS, 'No honest browser is refused.');
walk({ ...FORGOTTEN_DELIVERY, restore: 'all but deliveries' }, 'No honest browser is refused.');

console.log('The same with one rule weakened, in the smallest world in which it matters:\n');
for (const { name, rules, bounds: small } of WEAKENINGS) {
  const found = explore(small, rules);
  if (!found.broken) process.exitCode = 1;
  console.log(
    `${name}: ${found.broken ? `${found.broken.promise}, after ${found.broken.history.length} steps` : 'NOTHING FOUND, though there should be'}`,
  );
  tell(found.broken?.history);
}

console.log(
  '\nWhat is left (decision 026): four requests, and the record of a delivery is lost with the rest.\n',
);
const left = explore(FORGOTTEN_DELIVERY).broken;
console.log(
  left
    ? `${left.promise}, after ${left.history.length} steps`
    : 'NOTHING FOUND, though there should be',
);
tell(left?.history);

function walk(within: Bounds, kept: string): void {
  const began = performance.now();
  const { states, steps, broken } = explore(within);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${worldOf(within)}: ${number(states)} states, ${number(steps)} steps, ${seconds} s.`,
  );
  console.log(`${broken ? `BROKEN: ${broken.promise}.` : kept}\n`);
  tell(broken?.history);
  if (broken) process.exitCode = 1;
}

function worldOf({
  sends,
  inFlight,
  handler,
  losses,
  explicitRefreshes,
  signOuts,
  renames,
  restore,
}: Bounds): string {
  const parts = [
    losses && 'losses',
    explicitRefreshes && 'explicit refreshes',
    signOuts > 0 && 'a sign-out',
    renames > 0 && `a user who is renamed up to ${renames} times`,
    handler > DEFAULT_BOUNDS.handler && `handlers of up to ${handler} ticks`,
    restore === 'all' && GOES_BACK,
    restore === 'all but deliveries' && `${GOES_BACK}, but for its record of deliveries`,
  ].filter((part) => part !== false);
  const all = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts[0];
  return `Every order of ${sends} requests, ${inFlight} at a time${all ? `, with ${all}` : ''}`;
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
    // The usage below covers it.
  }
  console.error(
    `Usage: npm run explore -- [--sends N], N from 1 to ${MOST_SENDS}; ${MOST_SENDS} takes some minutes and several gigabytes.`,
  );
  return process.exit(2);
}
