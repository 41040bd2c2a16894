import type { Services } from '../services/services.ts';

/** What a server needs in order to serve. The names are public; nothing else is. */
const CHECKS = ['stores', 'keys', 'feed'] as const;

export interface Readiness {
  readonly ready: boolean;
  /** `draining` once the server was told to stop. */
  readonly status: 'ready' | 'not ready' | 'draining';
  readonly checks: Readonly<Record<(typeof CHECKS)[number], 'ok' | 'failed'>>;
}

/** Whether balancers should send requests here. */
export interface ReadinessGate {
  /** Asks everything anew. */
  check(): Promise<Readiness>;
  readonly draining: boolean;
  /** From here on the answer is no. */
  drain(): void;
}

/**
 * Ready means: the stores answer, there is a key to sign with, and revocations elsewhere are known
 * here.
 *
 * @param services of the server; asked at each check
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
          if (!layer.isFeedUpToDate()) throw new Error('the feed is behind');
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
