import type { Browser } from '@latchkey/core/testing';
import { faultOf } from './fault-of.ts';
import type { MeasuredServer } from './measured-server.ts';
import { percentile } from './percentile.ts';

/** Milliseconds between two requests of one user. */
const PAUSE_MS = 100;
const REFRESH_COOKIE = 'X-Refresh-Token';

/** What signed-in users saw who have no part in a scene. */
export interface OthersReport {
  readonly served: number;
  /** Responses other than 200 with the user's session, and requests without a response. */
  readonly failed: readonly string[];
  /** Number of new refresh tokens that they got. */
  readonly rotations: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Others {
  /** Returns what the users saw since the last call. */
  report(): OthersReport;
  stop(): Promise<void>;
}

/** Signs in users who request their session again and again, through expiry and rotation. */
export async function startOthers(server: MeasuredServer, count: number): Promise<Others> {
  let [latencies, failed, rotations]: [number[], string[], number] = [[], [], 0];
  let isRunning = true;

  async function poll(browser: Browser): Promise<void> {
    const before = browser.cookies().get(REFRESH_COOKIE);
    const began = performance.now();
    const fault = await browser.request('/trpc/auth.session').then(
      ({ status, body }) =>
        status === 200 && body.includes('"username":"bob"')
          ? null
          : `${status} ${body.slice(0, 200)}`,
      (error: Error) => faultOf(error),
    );
    latencies.push(performance.now() - began);
    if (fault !== null) failed.push(fault);
    if (browser.cookies().get(REFRESH_COOKIE) !== before) rotations++;
  }

  const browsers = Array.from({ length: count }, () => server.browser());
  for (const browser of browsers) {
    const { status, body } = await browser.post('/login', {
      username: 'bob',
      password: 'password',
    });
    if (status !== 200) throw new Error(`a sign-in got ${status} ${body}`);
  }
  const lives = browsers.map(async (browser, index) => {
    await pause((index * PAUSE_MS) / count);
    while (isRunning) {
      await poll(browser);
      await pause(PAUSE_MS);
    }
  });
  return {
    report() {
      const report = {
        served: latencies.length - failed.length,
        failed,
        rotations,
        p50Ms: percentile(latencies, 0.5),
        p99Ms: percentile(latencies, 0.99),
      };
      [latencies, failed, rotations] = [[], [], 0];
      return report;
    },
    async stop() {
      isRunning = false;
      await Promise.all(lives);
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
