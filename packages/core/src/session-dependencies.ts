import type { AuditLog } from './audit/audit-log.ts';
import type { Clock } from './lib/clock.ts';
import { type OptionFault, OptionsError } from './lib/options-error.ts';
import type { RevocationFeed } from './revocation/revocation-feed.ts';
import type { SessionStore } from './session/session-store.ts';
import type { UserDirectory } from './session/user.ts';

interface Ports {
  readonly store: SessionStore;
  readonly users: UserDirectory;
  readonly clock: Clock;
  readonly feed: RevocationFeed;
  readonly auditLog: AuditLog;
}

/** The methods that an object given as a port must have. */
const METHODS: { readonly [Port in keyof Ports]: readonly (keyof Ports[Port])[] } = {
  store: [
    'create',
    'find',
    'rotate',
    'recordDelivery',
    'acknowledge',
    'setTokenVersion',
    'recordAuthentication',
    'revoke',
    'revokeAllOfUser',
    'findByUser',
    'purge',
  ],
  users: ['findUser'],
  clock: ['now'],
  feed: ['publish', 'subscribe'],
  auditLog: ['transaction', 'afterCommit', 'append'],
};
const REQUIRED: readonly string[] = ['store', 'users', 'clock'];
const NAMES: readonly string[] = [...Object.keys(METHODS), 'options', 'onEvent', 'ring'];

/**
 * Checks that what a session layer builds on has every method: a store without a verb would fail
 * at the first request that needs it.
 *
 * @throws OptionsError naming each missing method
 */
export function checkDependencies(given: object): void {
  const faults: OptionFault[] = Object.entries(given)
    .filter(([name]) => !NAMES.includes(name))
    .map(([option, value]) => ({
      option,
      value: typeof value,
      fix: `is not an option: leave it out, or write one of ${NAMES.join(', ')}`,
    }));
  for (const [port, methods] of Object.entries(METHODS)) {
    const object = (given as Record<string, Record<string, unknown> | undefined>)[port];
    if (object === undefined && !REQUIRED.includes(port)) continue;
    for (const method of methods)
      if (typeof object?.[method] !== 'function')
        faults.push({
          option: `${port}.${method}`,
          value: object?.[method],
          fix: `must be a function: ${port} needs ${methods.join(', ')}`,
        });
  }
  if (faults.length > 0) throw new OptionsError(faults);
}
