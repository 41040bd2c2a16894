import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { repeat, systemClock } from '@latchkey/core';
import { sessionOf } from '@latchkey/http';
import { refuse, sendError } from '@latchkey/trpc';
import type { CallScheduler } from '@latchkey/trpc/streams';
import type { Request, RequestHandler, Response } from 'express';
import onHeaders from 'on-headers';
import { onClosed } from '../on-closed.ts';
import { MIN_RETRY_SECONDS, retryTimes } from './retry-times.ts';

export interface BackPressureLimits {
  /**
   * Maximum number of requests whose response has not begun. A stream that has begun does not
   * count.
   */
  readonly maxRequests: number;
  /** Average delay of timers, in seconds, above which requests are refused. */
  readonly maxDelaySeconds: number;
  /** Number of refused callers without cookies who may come back each second. */
  readonly retriesPerSecond?: number;
}

/** Sheds load, so that the requests that are accepted stay fast. */
export interface BackPressure {
  /** Refuses requests with 503 `overloaded` and Retry-After while the server is over its limits. */
  readonly shedLoad: RequestHandler;
  /**
   * Refuses, in the same way, a user who has a quarter of the maximum number of requests under way.
   * Mount it after authentication. A response that the client has not read yet counts; a stream
   * that has begun does not, because it has its own limit.
   */
  readonly share: RequestHandler;
  /** Whether a call over another transport, such as a WebSocket, should be refused. */
  isOverloaded(caller: { readonly isAnonymous: boolean }): boolean;
  /** Number of requests whose response has not begun. */
  readonly underWay: number;
  /** Average delay of timers in the last half second, in seconds. */
  readonly delaySeconds: number;
  stop(): void;
}

const RESOLUTION_MS = 10;
const SAMPLE_MS = 500;
/**
 * Share of the maximum that requests without cookies may use. They are refused earlier, so that a
 * rush of sign-ins leaves room for signed-in users.
 */
const UNAUTHENTICATED_SHARE = 0.5;
/** Retries each second that a core can serve if all of them sign in: it hashes some more passwords. */
const RETRIES_PER_CORE = 50;
/** Share of the maximum number of requests that one user may have under way. */
const SHARE_PER_USER = 0.25;

export function backPressure({
  maxRequests,
  maxDelaySeconds,
  retriesPerSecond = RETRIES_PER_CORE * availableParallelism(),
}: BackPressureLimits): BackPressure {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let [underWay, delaySeconds] = [0, 0];
  let sampledAt = performance.now();
  const sampling = repeat(systemClock, SAMPLE_MS / 1000, () => {
    const at = performance.now();
    /** Before the first measurement, the delay of this timer is the best estimate. */
    const measured =
      histogram.count === 0 ? at - sampledAt - SAMPLE_MS : histogram.mean / 1e6 - RESOLUTION_MS;
    delaySeconds = Math.max(0, measured / 1e3);
    sampledAt = at;
    histogram.reset();
  });

  function isOverloaded({ isAnonymous }: { readonly isAnonymous: boolean }): boolean {
    const share = isAnonymous ? UNAUTHENTICATED_SHARE : 1;
    return underWay >= maxRequests * share || delaySeconds > maxDelaySeconds * share;
  }

  const anonymousRetry = retryTimes({
    now: () => performance.now() / 1000,
    perSecond: retriesPerSecond,
  });

  /**
   * Number of unfinished requests of each user; `null` stands for all callers without a session.
   */
  const byUser = new Map<string | null, number>();

  return {
    isOverloaded,
    get underWay() {
      return underWay;
    },
    get delaySeconds() {
      return delaySeconds;
    },
    shedLoad(req, res, next) {
      const isAnonymous = req.headers.cookie === undefined;
      if (isOverloaded({ isAnonymous })) {
        const retryAfterSeconds = isAnonymous ? anonymousRetry() : MIN_RETRY_SECONDS;
        return sendError(res, refuse('overloaded', { retryAfterSeconds }));
      }
      underWay++;
      onDone(res, () => underWay--, { isDoneAtHead: () => true });
      next();
    },
    share(req, res, next) {
      const user = sessionOf(req).principal?.userId ?? null;
      const count = byUser.get(user) ?? 0;
      if (
        count >= Math.max(1, maxRequests * (user === null ? UNAUTHENTICATED_SHARE : SHARE_PER_USER))
      )
        return sendError(res, refuse('overloaded', { retryAfterSeconds: MIN_RETRY_SECONDS }));
      byUser.set(user, count + 1);
      onDone(res, () => {
        const left = (byUser.get(user) ?? 1) - 1;
        if (left > 0) byUser.set(user, left);
        else byUser.delete(user);
      });
      next();
    },
    stop() {
      void sampling.stop();
      histogram.disable();
    },
  };
}

/**
 * Runs a callback once: when the response is finished, its connection closes, or the headers of a
 * stream are written.
 */
function onDone(
  res: Response,
  run: () => void,
  { isDoneAtHead = () => isEventStream(res) } = {},
): void {
  let isDone = false;
  const done = () => {
    if (!isDone) run();
    isDone = true;
  };
  onHeaders(res, () => isDoneAtHead() && done());
  onClosed(res, done);
}

function isEventStream(res: Response): boolean {
  return String(res.getHeader('content-type')).startsWith('text/event-stream');
}

/**
 * Starts the requests of different users in turn, each weighted by its number of calls, as is done
 * for calls over WebSockets. Mount it after the body parser, so that a slow upload does not hold a
 * turn.
 */
export function inTurn(scheduler: CallScheduler): RequestHandler {
  return (req, res, next) => {
    const queue = scheduler.connect(sessionOf(req).principal?.userId ?? null);
    const calls = callsOf(req);
    let started = false;
    onDone(res, () => {
      if (started) queue.release(calls);
      queue.close();
    });
    queue.push({
      calls,
      run() {
        started = true;
        next();
      },
    });
  };
}

/**
 * Counts the procedures that a request calls. A tRPC batch names them in its path, separated by
 * commas.
 */
function callsOf({ path, query }: Request): number {
  return query.batch === undefined ? 1 : path.split(',').length;
}
