import { percentile } from '../measuring/percentile.ts';
import { call, type LoadClient, pause } from './client.ts';

export interface SignInReport {
  readonly clients: number;
  /** Seconds until the last client was signed in. */
  readonly seconds: number;
  /** Number of answers by status. */
  readonly answers: Readonly<Record<string, number>>;
  /** Refusals without `Retry-After`, requests without an answer, and unexpected answers. */
  readonly faults: readonly string[];
  readonly signedIn: number;
  /** Seconds until a client was signed in. */
  readonly p50Seconds: number;
  readonly p99Seconds: number;
}

/** Seconds to wait after a request without an answer, which is a fault. */
const SECONDS_AFTER_NONE = 1;
/** Attempts after which a client gives up. */
const MAX_ATTEMPTS = 200;

/**
 * Signs in all clients at once. Each repeats a refused attempt after the time that the server asks
 * for, and up to a second more.
 */
export async function signInAll(
  origin: string,
  clients: readonly LoadClient[],
  password: string,
): Promise<SignInReport> {
  const answers: Record<string, number> = {};
  const faults: string[] = [];
  const waited: number[] = [];
  const began = performance.now();
  const secondsSince = () => (performance.now() - began) / 1000;

  /** Returns the seconds until the next attempt, or null if there is none. */
  async function attempt(client: LoadClient): Promise<number | null> {
    const body = { username: client.username, password };
    const { status, retryAfter, body: text } = await call(origin, client, { path: '/login', body });
    answers[status] = (answers[status] ?? 0) + 1;
    if (status === 200) waited.push(secondsSince());
    else if (status !== 429 && status !== 503) faults.push(`${status} ${text.slice(0, 200)}`);
    else if (retryAfter === null) faults.push(`${status} without Retry-After`);
    else return retryAfter;
    return null;
  }

  async function signIn(client: LoadClient): Promise<void> {
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
      const again = await attempt(client).catch((error: NodeJS.ErrnoException) => {
        faults.push(`no answer (${error.code ?? error.message})`);
        return SECONDS_AFTER_NONE;
      });
      if (again === null) return;
      await pause((again + Math.random()) * 1000);
    }
  }

  await Promise.all(clients.map(signIn));
  return {
    clients: clients.length,
    seconds: secondsSince(),
    answers,
    faults,
    signedIn: waited.length,
    p50Seconds: percentile(waited, 0.5),
    p99Seconds: percentile(waited, 0.99),
  };
}
