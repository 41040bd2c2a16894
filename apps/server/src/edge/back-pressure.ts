import { monitorEventLoopDelay } from 'node:perf_hooks';
import { repeat, systemClock } from '@latchkey/core';
import { sessionOf } from '@latchkey/http';
import { refuse, sendError } from '@latchkey/trpc';
import type { CallScheduler } from '@latchkey/trpc/streams';
import type { Request, RequestHandler, Response } from 'express';
import onHeaders from 'on-headers';
import { onClosed } from './on-closed.ts';

export interface BackPressureLimits {
  /** How many requests may wait for their answer to begin. Streams that have begun do not count. */
  readonly maxRequests: number;
  /** How late timers may be on average, in seconds, before requests are refused. */
  readonly maxDelaySeconds: number;
}

/** Sheds load, so that the requests that are accepted stay fast. */
export interface BackPressure {
  /** Refuses with 503 `overloaded` and Retry-After while there is too much to do. */
  readonly shedLoad: RequestHandler;
  /**
   * Refuses in the same way when one user alone has a large part of the requests that may be under
   * way; behind what finds the session. An answer that is not read yet counts; a stream that has
   * begun does not, it has a limit of its own.
   */
  readonly share: RequestHandler;
  /** Whether a call that came in another way, over a WebSocket for example, should be refused. */
  isOverloaded(caller: { readonly isAnonymous: boolean }): boolean;
  /** Requests whose answer has not begun. */
  readonly underWay: number;
  /** How late timers were on average during the last while. */
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
/** Of one user. */
const SHARE_PER_USER = 0.25;

export function backPressure({ maxRequests, maxDelaySeconds }: BackPressureLimits): BackPressure {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let [underWay, delaySeconds] = [0, 0];
  let sampledAt = performance.now();
  const sampling = repeat(systemClock, SAMPLE_MS / 1000, () => {
    const at = performance.now();
    /** Where it did not come to measure even once, the lateness of this is what there is. */
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
   * Requests of each user whose answer is not finished, and under null of all callers without a
   * session.
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
 * Runs something once: when an answer is finished or its connection closes, or already when its
 * head is written. A stream is done with its head.
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
 * Lets requests start in turn between users, each counted as its calls, as calls over WebSockets
 * do. Behind what reads the body: a request that arrives slowly takes no place from others.
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
