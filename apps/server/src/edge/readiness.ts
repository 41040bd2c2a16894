import type { Services } from '../services/services.ts';

/** The checks of a server's readiness. `/readyz` discloses these names and nothing else. */
const CHECKS = ['stores', 'keys', 'feed'] as const;

export interface Readiness {
  readonly ready: boolean;
  /** Status of the server: `draining` while it is stopping. */
  readonly status: 'ready' | 'not ready' | 'draining';
  readonly checks: Readonly<Record<(typeof CHECKS)[number], 'ok' | 'failed'>>;
}

/** Whether load balancers should send requests here. */
export interface ReadinessGate {
  /** Runs every readiness check. */
  check(): Promise<Readiness>;
  readonly draining: boolean;
  /** Makes `check` report `draining` from now on. */
  drain(): void;
}

/**
 * Creates the readiness check of a server. It is ready if the stores answer, there is a signing
 * key, and the revocation feed is up to date.
 *
 * @param services of the server; queried at each check
 */
export function readinessGate({
  check,
  keys,
  layer,
}: Pick<Services, 'check' | 'keys' | 'layer'>): ReadinessGate {
  let draining = false;
  return {
    get draining() {
      return draining;
    },
    drain() {
      draining = true;
    },
    async check() {
      const stores = await verdict(check);
      const checks = {
        stores,
        keys: await verdict(() => keys.ring.signing.kid),
        feed: await verdict(() => {
          if (!layer.isFeedUpToDate()) throw new Error('the revocation feed is not up to date');
        }),
      };
      const well = CHECKS.every((name) => checks[name] === 'ok');
      return {
        ready: well && !draining,
        status: draining ? 'draining' : well ? 'ready' : 'not ready',
        checks,
      };
    },
  };
}

async function verdict(ask: () => unknown): Promise<'ok' | 'failed'> {
  try {
    await ask();
    return 'ok';
  } catch {
    return 'failed';
  }
}
