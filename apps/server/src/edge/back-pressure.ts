import { monitorEventLoopDelay } from 'node:perf_hooks';
import { refuse, sendError } from '@latchkey/trpc';
import type { RequestHandler } from 'express';

export interface BackPressureLimits {
  /** How many requests may wait for their answer to begin. Streams that have begun do not count. */
  readonly maxRequests: number;
  /** How late timers may be on average, in seconds, before requests are refused. */
  readonly maxDelaySeconds: number;
}

/** Sheds load before everybody suffers. */
export interface BackPressure {
  /** Refuses with 503 `overloaded` and Retry-After while there is too much to do. */
  readonly shed: RequestHandler;
  /** Requests whose answer has not begun. */
  readonly underWay: number;
  /** How late timers were on average during the last while. */
  readonly delaySeconds: number;
  stop(): void;
}

const RESOLUTION_MS = 10;
const SAMPLE_MS = 500;
const RETRY_SECONDS = 2;
/** Whoever comes without cookies is refused earlier: a rush of sign-ins leaves room for those who are signed in. */
const SHARE_OF_STRANGERS = 0.5;

export function backPressure({ maxRequests, maxDelaySeconds }: BackPressureLimits): BackPressure {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let [underWay, delaySeconds] = [0, 0];
  let sampledAt = performance.now();
  const sampling = setInterval(() => {
    const at = performance.now();
    /** Where it did not come to measure even once, the lateness of this is what there is. */
    const measured = histogram.count === 0 ? at - sampledAt - SAMPLE_MS : histogram.mean / 1e6 - RESOLUTION_MS;
    delaySeconds = Math.max(0, measured / 1e3);
    sampledAt = at;
    histogram.reset();
  }, SAMPLE_MS).unref();

  return {
    get underWay() {
      return underWay;
    },
    get delaySeconds() {
      return delaySeconds;
    },
    shed(req, res, next) {
      const share = req.headers.cookie === undefined ? SHARE_OF_STRANGERS : 1;
      if (underWay >= maxRequests * share || delaySeconds > maxDelaySeconds * share)
        return sendError(res, refuse('overloaded', { retryAfterSeconds: RETRY_SECONDS }));
      underWay++;
      let counted = true;
      const done = () => {
        if (counted) underWay--;
        counted = false;
      };
      const writeHead = res.writeHead.bind(res) as (...parameters: unknown[]) => typeof res;
      res.writeHead = (...parameters: unknown[]) => {
        done();
        return writeHead(...parameters);
      };
      res.once('close', done);
      next();
    },
    stop() {
      clearInterval(sampling);
      histogram.disable();
    },
  };
}
