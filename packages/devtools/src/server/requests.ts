import { AsyncLocalStorage } from 'node:async_hooks';
import type { ServerResponse } from 'node:http';
import type { Clock } from '@latchkey/core';
import type { NodeRequest } from '@latchkey/http';
import type { InspectorAnswer } from '../inspector-event.ts';

/** The request during which an event happens. */
export interface CurrentRequest {
  /** The number of the request on this node. */
  readonly request: number;
  /** The number of the trial to which the request belongs; null without one. */
  readonly trial: number | null;
  /** The sessions of which an event happened. */
  readonly sessionIds: Set<string>;
}

/** Keeps track of the request during which an event happens, and of its answer. */
export interface Requests {
  current(): CurrentRequest | null;
  /** Runs `handle` as part of a request. */
  run(
    request: NodeRequest,
    response: ServerResponse,
    trial: number | null,
    handle: () => void,
  ): void;
  /** Runs `act` as part of no request, for work that outlives the request. */
  outside<Result>(act: () => Result): Result;
}

/**
 * Creates the record of requests.
 *
 * @param onAnswer is called for each session of which an event happened during a request, once the
 *   answer was sent
 */
export function createRequests(
  clock: Clock,
  onAnswer: (sessionId: string, answer: InspectorAnswer) => void,
): Requests {
  const requests = new AsyncLocalStorage<CurrentRequest>();
  let last = 0;
  return {
    current: () => requests.getStore() ?? null,
    run(request, response, trial, handle) {
      const current = { request: ++last, trial, sessionIds: new Set<string>() };
      const since = clock.now();
      response.once('finish', () => {
        if (current.sessionIds.size === 0) return;
        const answer = answerOf(current.request, request, response, clock.now() - since);
        for (const sessionId of current.sessionIds) onAnswer(sessionId, answer);
      });
      requests.run(current, handle);
    },
    outside: (act) => requests.exit(act),
  };
}

function answerOf(
  number: number,
  request: NodeRequest,
  response: ServerResponse,
  milliseconds: number,
): InspectorAnswer {
  const { method = 'GET', url = '/' } = request;
  const whole = (request as { originalUrl?: string }).originalUrl ?? url;
  return {
    request: number,
    method,
    path: shortPath(whole),
    status: response.statusCode,
    milliseconds,
    setCookies: [response.getHeader('set-cookie') ?? []].flat().map((header) => {
      const [name = ''] = String(header).split('=');
      return { name, isCleared: /;\s*max-age=0(;|$)/i.test(String(header)) };
    }),
  };
}

/** Returns the path without its query, and without segments that may be secrets. */
function shortPath(url: string): string {
  const [path = ''] = url.split('?');
  return path
    .split('/')
    .map((segment) => (/^[\w.,~%-]*$/.test(segment) ? segment : '…'))
    .map((segment) =>
      segment.replace(/[\w~%-]{12,}/g, (run) => (/\d/.test(run) || run.length > 21 ? '…' : run)),
    )
    .join('/');
}
