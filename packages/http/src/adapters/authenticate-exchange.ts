import { hasAcceptableContentType } from '../checks/content-type.ts';
import { isSameOrigin } from '../checks/same-origin.ts';
import { refusal } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { headerTransferFault, transferOf } from '../request/header-transfer.ts';
import { RequestSession } from '../request/request-session.ts';
import { tracedAuthentication } from '../request/tracing.ts';
import { permitOrigins } from './cors.ts';
import type { Edge } from './edge.ts';

/** What {@link authenticateExchange} found: the caller, or the error to answer with. */
export type ExchangeResult =
  | { readonly kind: 'passed'; readonly session: RequestSession }
  | { readonly kind: 'refused'; readonly error: unknown }
  /** A preflight: answer it with 204, the headers that were set on the exchange, and no body. */
  | { readonly kind: 'preflight' };

/** A value that is there at once, or comes: most requests wait for nothing. */
type Awaitable<T> = T | Promise<T>;

/**
 * Runs what `latchkey()` does on one exchange, for an adapter of a framework over `Request` and
 * `Response`. (A framework that gives Node's request and response needs no adapter.) An anonymous
 * request passes. Answer a refusal by the `httpStatus` and the `reason` of `publicError(error)`,
 * and with the headers that were set on the exchange.
 *
 * @returns a promise only if the request waits: for its body, a key or the store
 * @example
 * import { authenticateExchange, createEdge, NodeExchange, publicError } from '@latchkey/http';
 *
 * const edge = createEdge({ layer });
 * const exchange = new NodeExchange(request, response); // or an exchange of your own
 * const result = await authenticateExchange(edge, exchange);
 * if (result.kind === 'passed') console.log(result.session.principal?.username);
 * else if (result.kind === 'refused') console.log(publicError(result.error).httpStatus);
 */
export function authenticateExchange(edge: Edge, exchange: Exchange): Awaitable<ExchangeResult> {
  return passExchange(edge, exchange, null, () => {});
}

/**
 * Runs the steps of `latchkey()` in their order: origin, header transfer, content type, keys,
 * refresh and inject, authentication, CSRF token.
 *
 * @param earlier the session of an exchange that was authenticated before
 * @param onAuthenticated called once, before the CSRF token is checked
 */
export function passExchange(
  edge: Edge,
  exchange: Exchange,
  earlier: RequestSession | null,
  onAuthenticated: (session: RequestSession) => void,
): Awaitable<ExchangeResult> {
  const { allowed } = edge.origins;
  if (permitOrigins(exchange, allowed, edge.corsHeaders) && allowed.length > 0)
    return { kind: 'preflight' };
  if (!isSameOrigin(exchange, edge.origins)) return refused(refusal('cross_site'));
  const fault = headerTransferFault(edge, exchange);
  if (fault) return refused(fault);

  return once(hasAcceptableContentType(exchange, edge.contentTypes), (isAcceptable) => {
    if (!isAcceptable) return refused(refusal('unsupported_media_type'));
    if (earlier) return checkCsrfToken(edge, exchange, earlier);
    const authenticated = tracedAuthentication(() => refreshAndAuthenticate(edge, exchange));
    return once(authenticated, (session) => {
      onAuthenticated(session);
      return checkCsrfToken(edge, exchange, session);
    });
  });
}

/** Authenticates a request, after the refresh that it may need. */
function refreshAndAuthenticate(edge: Edge, exchange: Exchange): Awaitable<RequestSession> {
  const session = new RequestSession(edge, exchange, transferOf(edge, exchange));
  const keys = session.findKeys();
  return keys || session.needsStore()
    ? refreshThenAuthenticate(session, keys)
    : session.authenticate();
}

async function refreshThenAuthenticate(
  session: RequestSession,
  keys: Promise<void> | null,
): Promise<RequestSession> {
  await keys;
  if (session.needsStore()) await session.refreshAndInject();
  return session.authenticate();
}

function checkCsrfToken(
  { csrf }: Edge,
  exchange: Exchange,
  session: RequestSession,
): ExchangeResult {
  csrf?.attachToken(exchange, session);
  return csrf?.admits(exchange, session) === false
    ? refused(session.outage ?? refusal('csrf_token'))
    : { kind: 'passed', session };
}

function refused(error: unknown): ExchangeResult {
  return { kind: 'refused', error };
}

/** Goes on with a value once it is there: at once, without a promise, if it is. */
function once<T, R>(value: Awaitable<T>, then: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(then) : then(value);
}
