import { httpBatchStreamLink, httpLink, TRPCClientError, type TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { NoAnswerError } from '../api-error.ts';
import { bodyOf, type RefusedBody, withCsrfToken } from './csrf.ts';

export interface TransportOptions {
  /** The URL of the tRPC endpoint, such as `/trpc`. */
  readonly url: string;
  /** Paths of further procedures that set cookies, besides those of the `auth` router. */
  readonly setCookies?: readonly string[];
  /** The largest number of calls in one request: at most what the server accepts (default 10). */
  readonly maxBatch?: number;
}

/**
 * The procedures of the `auth` router that set cookies. Each needs a separate request, because a
 * streamed response sends its headers before its procedures run.
 */
const SET_COOKIES = ['auth.login', 'auth.logout', 'auth.refresh'];

const GATEWAY_ERRORS = new Set([502, 503, 504]);

/**
 * Creates a link that sends calls with cookies and the CSRF token: a call that sets cookies in a
 * separate request, the others in streamed batches. Subscriptions go to the next link.
 */
export function transportLink({
  url,
  setCookies = [],
  maxBatch = 10,
}: TransportOptions): TRPCLink<AnyTRPCRouter> {
  const alone = new Set([...SET_COOKIES, ...setCookies]);
  const fetchWithToken = withCsrfToken((to, init) =>
    fetch(to, { ...init, credentials: 'include' }),
  );

  async function fetchAnswer(to: RequestInfo | URL | string, init?: object): Promise<Response> {
    const response = await fetchWithToken(to, init);
    if (response.ok) return response;
    const body = [await bodyOf(response)].flat();
    const retryAfterSeconds = secondsOf(response.headers.get('retry-after'));
    const error = body.length === 1 && errorIn(body[0], response.status, retryAfterSeconds);
    if (error) throw TRPCClientError.from({ error }, { meta: { response } });
    if (GATEWAY_ERRORS.has(response.status) && !body[0]?.error)
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
 * Returns the error of a request that was refused as a whole: tRPC's own, which older links cannot
 * read as the response to a streamed batch, or one made from the plain JSON of a middleware in
 * front. `null` if tRPC's link reads the response itself: it alone knows the transformer.
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
