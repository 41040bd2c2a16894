import {
  type HTTPHeaders,
  httpBatchStreamLink,
  httpLink,
  isNonJsonSerializable,
  type Operation,
  TRPCClientError,
  type TRPCLink,
} from '@trpc/client';
import type { AnyTRPCRouter, TRPCCombinedDataTransformer, TRPCDataTransformer } from '@trpc/server';
import { NoAnswerError } from '../api-error.ts';
import { bodyOf, type RefusedBody, withCsrfToken } from './csrf.ts';

/** A data transformer of tRPC, such as superjson. */
export type Transformer = TRPCDataTransformer | TRPCCombinedDataTransformer;

/** How calls are sent: tRPC's own link options, and what Latchkey needs to know. */
export interface TransportOptions {
  /** The URL of the tRPC endpoint, such as `/trpc`. */
  readonly url: string;
  /**
   * Paths of further procedures that set cookies, besides Latchkey's own. Each needs a separate
   * request, because a streamed response sends its headers before its procedures run.
   */
  readonly setCookies?: readonly string[];
  /** The largest number of calls in one request: at most what the server accepts (default 10). */
  readonly maxBatch?: number;
  /** The data transformer of the app's router, if it has one. */
  readonly transformer?: Transformer | undefined;
  /** The headers of each request; a function gets the calls that the request carries. */
  readonly headers?:
    | HTTPHeaders
    | ((request: { readonly opList: readonly Operation[] }) => HTTPHeaders | Promise<HTTPHeaders>)
    | undefined;
  /** Sends the requests, in place of the global `fetch`. It gets `credentials: 'include'`. */
  readonly fetch?: ((url: RequestInfo | URL, init?: RequestInit) => Promise<Response>) | undefined;
  /** The longest URL of a batch; one whose URL would be longer is split. */
  readonly maxURLLength?: number | undefined;
  /** Sends queries by POST too, if the server allows it (`allowMethodOverride`). */
  readonly methodOverride?: 'POST' | undefined;
}

const GATEWAY_ERRORS = new Set([502, 503, 504]);

/**
 * Creates a link that sends calls with cookies and the CSRF token: a call that sets cookies, or
 * whose input is a form or bytes, in a separate request, the others in streamed batches.
 * Subscriptions go to the next link.
 */
export function transportLink({
  setCookies = [],
  maxBatch = 10,
  transformer,
  headers = {},
  fetch: send = (to, init) => fetch(to, init),
  url,
  maxURLLength,
  methodOverride,
  ...unknown
}: TransportOptions): TRPCLink<AnyTRPCRouter> {
  const [misspelt] = Object.keys(unknown);
  if (misspelt)
    throw new TypeError(`createLatchkey: ${misspelt} is not an option. Check its spelling.`);
  const setsCookies = new Set(setCookies);
  const fetchWithToken = withCsrfToken((to, init) => send(to, { ...init, credentials: 'include' }));

  async function fetchAnswer(to: RequestInfo | URL | string, init?: object): Promise<Response> {
    const response = await fetchWithToken(to, init);
    if (response.ok) return response;
    const body = [await bodyOf(response)].flat();
    const retryAfterSeconds = secondsOf(response.headers.get('retry-after'));
    const error =
      body.length === 1 && errorIn(body[0], response.status, retryAfterSeconds, transformer);
    if (error) throw TRPCClientError.from({ error }, { meta: { response } });
    if (GATEWAY_ERRORS.has(response.status) && !body[0]?.error)
      throw new NoAnswerError(response.status, retryAfterSeconds);
    return response;
  }

  const common = {
    url,
    transformer,
    methodOverride,
    fetch: fetchAnswer,
    headers: ({ op, opList = [op] }: { op: Operation; opList?: readonly Operation[] }) =>
      typeof headers === 'function' ? headers({ opList }) : headers,
  };
  const singly = httpLink<AnyTRPCRouter>(common as never);
  const together = httpBatchStreamLink<AnyTRPCRouter>({
    ...common,
    maxURLLength,
    maxItems: maxBatch,
  } as never);
  return (runtime) => {
    const [sendSingly, sendTogether] = [singly(runtime), together(runtime)];
    return (call) => {
      if (call.op.type === 'subscription') return call.next(call.op);
      const isAlone = setsCookies.has(call.op.path) || isNonJsonSerializable(call.op.input);
      return isAlone ? sendSingly(call) : sendTogether(call);
    };
  };
}

/**
 * Returns the error of a request that was refused as a whole: tRPC's own, which older links cannot
 * read as the response to a streamed batch, or one made from the plain JSON of a middleware in
 * front. `null` if tRPC's link reads the response itself.
 */
function errorIn(
  body: RefusedBody | null | undefined,
  httpStatus: number,
  retryAfterSeconds: number | null,
  transformer: Transformer | undefined,
): object | null {
  if (typeof body?.error?.code === 'number') return body.error;
  if (body?.error && transformer) return transformed(body.error, transformer);
  if (typeof body?.reason !== 'string') return null;
  const { message, reason, requestId } = body;
  return {
    code: httpStatus < 500 ? -32600 : -32603,
    message: message ?? reason,
    data: { httpStatus, reason, requestId, retryAfterSeconds },
  };
}

/**
 * Decodes an error with the router's transformer.
 *
 * @returns `null` if the router did not write it: a proxy's JSON may have an `error` too
 */
function transformed(error: object, transformer: Transformer): object | null {
  try {
    return ('output' in transformer ? transformer.output : transformer).deserialize(error);
  } catch {
    return null;
  }
}

function secondsOf(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter);
  return retryAfter !== null && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
