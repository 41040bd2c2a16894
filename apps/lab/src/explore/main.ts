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
 * `npm run explore`: explores every order of events within small bounds, with the rules of the
 * protocol and with one of them weakened (apps/lab/README.md).
 */
const MOST_SENDS = 5;

const bounds = { ...DEFAULT_BOUNDS, sends: sendsOrExit() };
const GOES_BACK = 'a store that is restored once to any earlier state';
const number = (value: number) => value.toLocaleString('en');

walk(
  bounds,
  'No honest browser is refused, only the current token rotates, and nothing is served after the session was revoked.',
);
for (const further of FURTHER_BOUNDS) walk(further, 'The same guarantees hold.');
walk(RENAME_BOUNDS, 'No honest browser is refused.');
walk(RESTORE_BOUNDS, 'No honest browser is refused.');
walk({ ...FORGOTTEN_DELIVERY, restore: 'all but deliveries' }, 'No honest browser is refused.');

console.log('With one rule weakened, within the smallest bounds in which a guarantee breaks:\n');
for (const { name, rules, bounds: small } of WEAKENINGS) {
  const found = explore(small, rules);
  if (!found.broken) process.exitCode = 1;
  console.log(
    `${name}: ${found.broken ? `${found.broken.promise}, after ${found.broken.history.length} steps` : 'NOTHING FOUND, although a guarantee should break'}`,
  );
  tell(found.broken?.history);
}

console.log(
  '\nThe known limit (decision 026): four requests, and a restore also loses the record of a delivery.\n',
);
const left = explore(FORGOTTEN_DELIVERY).broken;
console.log(
  left
    ? `${left.promise}, after ${left.history.length} steps`
    : 'NOTHING FOUND, although a guarantee should break',
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
    restore === 'all but deliveries' && `${GOES_BACK} except its record of deliveries`,
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
    // An invalid option falls through to the usage below.
  }
  console.error(
    `Usage: npm run explore -- [--sends N], N from 1 to ${MOST_SENDS}; ${MOST_SENDS} takes some minutes and several gigabytes.`,
  );
  return process.exit(2);
}
