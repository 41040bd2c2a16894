import { httpBatchStreamLink, httpLink, TRPCClientError, type TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { bodyOf, type RefusedBody, withAntiForgeryToken } from './anti-forgery.ts';
import { NoAnswerError } from './api-error.ts';

export interface TransportOptions {
  /** Where the tRPC endpoint is, such as `/trpc`. */
  readonly url: string;
  /** Further procedures that set cookies, besides those of the `auth` router. */
  readonly setCookies?: readonly string[];
  /**
   * How many calls go into one request. Not more than the server takes (10 unless it says
   * otherwise).
   */
  readonly maxBatch?: number;
}

/**
 * A stream sends its headers before its procedures run, so those that set cookies need a response
 * of their own.
 */
const SET_COOKIES = ['auth.login', 'auth.logout', 'auth.refresh'];

const NOBODY_THERE = new Set([502, 503, 504]);

/**
 * Sends calls with their cookies: those that set cookies alone, the others in streamed batches.
 * Subscriptions go on to the next link, which an app without any does without.
 */
export function transportLink({
  url,
  setCookies = [],
  maxBatch = 10,
}: TransportOptions): TRPCLink<AnyTRPCRouter> {
  const alone = new Set([...SET_COOKIES, ...setCookies]);
  const fetchWithToken = withAntiForgeryToken((to, init) =>
    fetch(to, { ...init, credentials: 'include' }),
  );

  async function fetchAnswer(to: RequestInfo | URL | string, init?: object): Promise<Response> {
    const response = await fetchWithToken(to, init);
    if (response.ok) return response;
    const body = [await bodyOf(response)].flat();
    const retryAfterSeconds = secondsOf(response.headers.get('retry-after'));
    const error = body.length === 1 && errorIn(body[0], response.status, retryAfterSeconds);
    if (error) throw TRPCClientError.from({ error }, { meta: { response } });
    if (NOBODY_THERE.has(response.status) && !body[0]?.error)
      throw new NoAnswerError(response.status, retryAfterSeconds);
    return response;
  }

  const options = { url, fetch: fetchAnswer };
  const singly = httpLink<AnyTRPCRouter>(options as never);
  const together = httpBatchStreamLink<AnyTRPCRouter>({ ...options, maxItems: maxBatch } as never);
  return (runtime) => {
    const [sendSingly, sendTogether] = [singly(runtime), together(runtime)];
    return (call) => {
      if (call.op.type === 'subscription') return call.next(call.op);
      return alone.has(call.op.path) ? sendSingly(call) : sendTogether(call);
    };
  };
}

/**
 * The error of a request that was refused as a whole: tRPC's own, which older links cannot read as
 * the answer to a streamed batch, or made of the plain JSON of a middleware in front. `null` where
 * tRPC's link reads the answer: it alone knows the transformer.
 */
function errorIn(
  body: RefusedBody | null | undefined,
  httpStatus: number,
  retryAfterSeconds: number | null,
): object | null {
  if (typeof body?.error?.code === 'number') return body.error;
  if (typeof body?.reason !== 'string') return null;
  const { message, reason, requestId } = body;
  return {
    code: httpStatus < 500 ? -32600 : -32603,
    message: message ?? reason,
    data: { httpStatus, reason, requestId, retryAfterSeconds },
  };
}

function secondsOf(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter);
  return retryAfter !== null && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
