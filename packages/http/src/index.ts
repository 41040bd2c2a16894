/**
 * The HTTP edge without tRPC, for Express 4 and 5, Fastify and `node:http`. An app calls
 * {@link latchkey} once, and {@link sessionOf} in its handlers; {@link sendError} answers refusals.
 * The other exports are the parts of that middleware, for pipelines and frameworks of your own.
 *
 * @packageDocumentation
 */

export type {
  Actor,
  AnonymousReason,
  AnyClaims,
  Authentication,
  Client,
  Confirmation,
  Grant,
  Principal,
  Reason,
  Refreshed,
  RefreshOutcome,
  RefreshRefusal,
  SessionLayer,
  SessionStore,
  StoreUnavailableError,
  User,
} from '@latchkey/core';
export { authenticateExchange, type ExchangeResult } from './adapters/authenticate-exchange.ts';
export { crossOriginAccess } from './adapters/cors.ts';
export { createEdge, type Edge, type EdgeInput } from './adapters/edge.ts';
export { clientAddress, type ForwardedRequest, requestProtocol } from './adapters/forwarded.ts';
export { type Middleware, sessionOf } from './adapters/middleware.ts';
export { NodeExchange, type NodeRequest } from './adapters/node-exchange.ts';
export {
  type AuthenticationDecision,
  type LatchkeyOptions,
  latchkey,
} from './adapters/node-middleware.ts';
export { sendError } from './adapters/send-error.ts';
export { addressKey, parseClientAddress } from './checks/client-address.ts';
export { hasAcceptableContentType, isUnsafeMethod } from './checks/content-type.ts';
export { CSRF_HEADER, type CsrfCheck, csrfCheck } from './checks/csrf.ts';
export { isSameOrigin, type OriginRules, parseOrigins, VARIES_ON } from './checks/same-origin.ts';
export { readCookies } from './cookies/cookie-header.ts';
export {
  type CookieNames,
  type CookieOptions,
  type CookieOptionsInput,
  cookieNames,
  parseCookieOptions,
} from './cookies/cookie-options.ts';
export {
  type CookieDescription,
  clearingAccessCookie,
  grantCookies,
} from './cookies/session-cookies.ts';
export {
  ERROR_TABLE,
  type ErrorCode,
  type ErrorRow,
  type ErrorSeconds,
  HTTP_STATUS,
  isRefusal,
  type LogLevel,
  type PublicError,
  publicError,
  Refusal,
  type RefusalDetails,
  refusal,
} from './errors.ts';
export type { Exchange, RequestTarget } from './exchange.ts';
export { DEVICE_COOKIE_SECONDS, type DeviceTokens } from './request/device-tokens.ts';
export { defaultSources, type EdgeOptions } from './request/edge-options.ts';
export { RequestSession } from './request/request-session.ts';
export type { SessionActions } from './request/session-actions.ts';
export {
  fromAuthorization,
  fromCookie,
  fromHeader,
  fromQuery,
  type TokenSource,
} from './request/token-sources.ts';
export { tracedStore } from './request/tracing.ts';
