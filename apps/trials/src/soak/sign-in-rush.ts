import { Agent, request } from 'node:http';
import { addressOf, type MeasuredServer } from './measured-server.ts';
import { percentile } from './slope.ts';

/** The outcome of many parallel sign-ins. */
export interface RushReport {
  readonly signIns: number;
  readonly seconds: number;
  /** Number of responses by status, or by `no answer`. */
  readonly answers: Readonly<Record<string, number>>;
  /** Number of refusals without Retry-After. */
  readonly withoutRetryAfter: number;
  readonly rssBytes: { readonly before: number; readonly during: number };
  /** Bytes of the heap after a garbage collection. */
  readonly heapBytes: { readonly before: number; readonly after: number };
  readonly delayP99Ms: number;
  /** Results of users who were signed in before the rush. */
  readonly others: {
    readonly served: number;
    readonly failed: readonly string[];
    readonly p50Ms: number;
    readonly p99Ms: number;
  };
}

const OTHERS = 4;
const BODY = JSON.stringify({ username: 'bob', password: 'password' });

/**
 * Sends a number of sign-ins at once, each on its own connection and from its own address, while
 * signed-in users continue their requests.
 */
export async function signInRush(server: MeasuredServer, signIns: number): Promise<RushReport> {
  const browsers = Array.from({ length: OTHERS }, () => server.browser());
  for (const browser of browsers)
    await browser.post('/login', { username: 'admin', password: 'password' });
  const before = await server.measure();

  const [latencies, failed]: [number[], string[]] = [[], []];
  let running = true;
  const others = browsers.map(async (browser) => {
    while (running) {
      const began = performance.now();
      const status = await browser.request('/dashboard').then(
        (reply) => (reply.status === 200 ? '200' : `${reply.status} ${reply.body.slice(0, 100)}`),
        (error: Error) => faultOf(error),
      );
      if (status === '200') latencies.push(performance.now() - began);
      else failed.push(status);
    }
  });

  const began = performance.now();
  const agent = new Agent({ keepAlive: false });
  const answers: Record<string, number> = {};
  let withoutRetryAfter = 0;
  await Promise.all(
    Array.from({ length: signIns }, async (_, index) => {
      const { status, retryAfter } = await signIn(
        server.origin,
        agent,
        addressOf(index + 1_000_000),
      );
      answers[status] = (answers[status] ?? 0) + 1;
      if ((status === '503' || status === '429') && !retryAfter) withoutRetryAfter++;
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const during = await server.measure();
  running = false;
  await Promise.all(others);
  const after = await server.measure();

  return {
    signIns,
    seconds,
    answers,
    withoutRetryAfter,
    rssBytes: { before: before.rssBytes, during: during.rssBytes },
    heapBytes: { before: before.heapBytes, after: after.heapBytes },
    delayP99Ms: during.delayP99Ms,
    others: {
      served: latencies.length,
      failed,
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
    },
  };
}

/** Returns the message of a `fetch` error that got no response. */
export function faultOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

function signIn(
  origin: string,
  agent: Agent,
  address: string,
): Promise<{ status: string; retryAfter: string | undefined }> {
  return new Promise((resolve) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': BODY.length,
      'x-forwarded-for': address,
    };
    const sent = request(`${origin}/login`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      resolve({ status: String(response.statusCode), retryAfter: response.headers['retry-after'] });
    });
    sent.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ status: `no answer (${error.code})`, retryAfter: undefined }),
    );
    sent.end(BODY);
  });
}
