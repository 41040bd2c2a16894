import { monitorEventLoopDelay } from 'node:perf_hooks';
import { repeat, systemClock } from '@latchkey/core';
import { sessionOf } from '@latchkey/http';
import { refuse, sendError } from '@latchkey/trpc';
import type { CallScheduler } from '@latchkey/trpc/streams';
import type { Request, RequestHandler, Response } from 'express';
import onHeaders from 'on-headers';
import { onClosed } from './on-closed.ts';

export interface BackPressureLimits {
  /**
   * Maximum number of requests whose answer has not begun. Streams that have begun do not count.
   */
  readonly maxRequests: number;
  /** Maximum average delay of timers, in seconds, before requests are refused. */
  readonly maxDelaySeconds: number;
}

/** Sheds load, so that the requests that are accepted stay fast. */
export interface BackPressure {
  /** Refuses with 503 `overloaded` and Retry-After while the server is over its limits. */
  readonly shedLoad: RequestHandler;
  /**
   * Refuses in the same way a user who has a quarter of the maximum number of requests under way.
   * Mount it after authentication. An answer that is not read yet counts; a stream that has begun
   * does not, it has its own limit.
   */
  readonly share: RequestHandler;
  /** Whether a call over another transport, such as a WebSocket, should be refused. */
  isOverloaded(caller: { readonly isAnonymous: boolean }): boolean;
  /** Requests whose answer has not begun. */
  readonly underWay: number;
  /** Average delay of timers in the last half second, in seconds. */
  readonly delaySeconds: number;
  stop(): void;
}

const RESOLUTION_MS = 10;
const SAMPLE_MS = 500;
const RETRY_SECONDS = 2;
/**
 * Requests without cookies are refused earlier: a rush of sign-ins leaves room for those who
 * are signed in.
 */
const UNAUTHENTICATED_SHARE = 0.5;
/** Share of the maximum that one user may have under way. */
const SHARE_PER_USER = 0.25;

export function backPressure({ maxRequests, maxDelaySeconds }: BackPressureLimits): BackPressure {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let [underWay, delaySeconds] = [0, 0];
  let sampledAt = performance.now();
  const sampling = repeat(systemClock, SAMPLE_MS / 1000, () => {
    const at = performance.now();
    /** Without a single measurement, the delay of this timer is the best estimate. */
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

  /**
   * Unfinished requests by user; `null` stands for all callers without a session.
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
      if (isOverloaded({ isAnonymous: req.headers.cookie === undefined }))
        return sendError(res, refuse('overloaded', { retryAfterSeconds: RETRY_SECONDS }));
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
        return sendError(res, refuse('overloaded', { retryAfterSeconds: RETRY_SECONDS }));
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
 * Runs a callback once: when the answer is finished or its connection closes, or when its head is
 * written. A stream is done with its head.
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
 * Starts requests in turn between users, each weighted by its number of calls, like calls over
 * WebSockets. Mount it after the body parser, so that a slow upload does not hold a turn.
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

/** tRPC batches name their procedures in the path, separated by commas. */
function callsOf({ path, query }: Request): number {
  return query.batch === undefined ? 1 : path.split(',').length;
}
