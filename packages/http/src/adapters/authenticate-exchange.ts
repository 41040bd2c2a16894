import { hasAcceptableContentType } from '../checks/content-type.ts';
import { isSameOrigin } from '../checks/same-origin.ts';
import { refusal } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { headerTransferFault } from '../request/header-transfer.ts';
import { RequestSession } from '../request/request-session.ts';
import { permitOrigins } from './cors.ts';
import type { Edge } from './edge.ts';

/** What {@link authenticateExchange} found: the caller, or the error to answer with. */
export type ExchangeResult =
  | { readonly kind: 'passed'; readonly session: RequestSession }
  | { readonly kind: 'refused'; readonly error: unknown }
  /** A preflight: answer it with 204, the headers that were set on the exchange, and no body. */
  | { readonly kind: 'preflight' };

/**
 * Runs all steps of `latchkey()` on one exchange, for an adapter of a framework over `Request` and
 * `Response`. (A framework that gives Node's request and response needs no adapter.) An anonymous
 * request passes. Answer a refusal by the `httpStatus` and the `reason` of `publicError(error)`,
 * and with the headers that were set on the exchange.
 *
 * @example
 * import { authenticateExchange, createEdge, NodeExchange, publicError } from '@latchkey/http';
 *
 * const edge = createEdge({ layer });
 * const exchange = new NodeExchange(request, response); // or an exchange of your own
 * const result = await authenticateExchange(edge, exchange);
 * if (result.kind === 'passed') console.log(result.session.principal?.username);
 * else if (result.kind === 'refused') console.log(publicError(result.error).httpStatus);
 */
export async function authenticateExchange(
  edge: Edge,
  exchange: Exchange,
): Promise<ExchangeResult> {
  const { allowed } = edge.origins;
  if (permitOrigins(exchange, allowed, edge.corsHeaders) && allowed.length > 0)
    return { kind: 'preflight' };
  if (!isSameOrigin(exchange, edge.origins)) return refused(refusal('cross_site'));
  const fault = headerTransferFault(edge, exchange);
  if (fault) return refused(fault);
  const isAcceptable = await new Promise<boolean>((resolve) => {
    hasAcceptableContentType(exchange, resolve, edge.contentTypes);
  });
  if (!isAcceptable) return refused(refusal('unsupported_media_type'));

  const session = new RequestSession(edge, exchange);
  await session.findKeys();
  if (session.needsStore()) await session.refreshAndInject();
  session.authenticate();
  edge.csrf?.attachToken(exchange, session);
  if (edge.csrf?.admits(exchange, session) === false)
    return refused(session.outage ?? refusal('csrf_token'));
  return { kind: 'passed', session };
}

function refused(error: unknown): ExchangeResult {
  return { kind: 'refused', error };
}
