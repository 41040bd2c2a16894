import type { AuditLog } from './audit/audit-log.ts';
import type { EventHandler } from './audit/security-event.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { Clock } from './lib/clock.ts';
import { type OptionFault, OptionsError } from './lib/options-error.ts';
import type { SessionOptionsInput } from './options.ts';
import type { RevocationFeed } from './revocation/revocation-feed.ts';
import type { SessionStore } from './session/session-store.ts';
import type { UserDirectory } from './session/user.ts';
import type { UserWith } from './token/checked-user.ts';
import type { AnyClaims, ClaimsSchema } from './token/claims.ts';

/** What `createSessionLayer` builds on. */
export interface SessionLayerDependencies<Claims extends AnyClaims = AnyClaims> {
  readonly options?: SessionOptionsInput;
  /** The keys of tokens: `deriveKeyRing`, `keyRing`, or the ring of `watchKeys`. */
  readonly ring: KeyRing;
  readonly store: SessionStore;
  readonly users: UserDirectory<UserWith<NoInfer<Claims>>>;
  /**
   * The schema of the app's own claims (`User.claims`), which access tokens carry: any Standard
   * Schema, such as `z.object({ tenantId: z.string() })`. A token whose claims do not fit it,
   * because it has changed, counts as expired.
   */
  readonly claims?: ClaimsSchema<Claims>;
  /** The clock: `systemClock`, or one for all nodes (`followStoreClock`). */
  readonly clock: Clock;
  /**
   * Publishes revocations to every node. Without one, an access token is valid until it expires,
   * even if its session was revoked.
   */
  readonly feed?: RevocationFeed | undefined;
  /**
   * Stores security events together with the changes they record; `onEvent` gets them either way.
   */
  readonly auditLog?: AuditLog;
  /**
   * Gets each event: sign-ins, revocations with their reason, reuse, and reports about the layer.
   * For logs, metrics, and notices to users.
   */
  readonly onEvent?: EventHandler;
}

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
const NAMES: readonly string[] = [...Object.keys(METHODS), 'options', 'onEvent', 'ring', 'claims'];

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
