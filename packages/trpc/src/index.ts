export { type AccessTokenSource, type EdgeRequest, fromAuthorization, fromCookie, fromHeader, fromQuery } from './access-token-source.ts';
export { CSRF_HEADER } from './anti-forgery-check.ts';
export { type AuthRouterDependencies, authRouter, signInInput } from './auth-router.ts';
export type { CallScheduler, Job, JobQueue } from './call-scheduler.ts';
export { addressKey, parseClientAddress } from './client-address.ts';
export { createLatchkeyContext, type LatchkeyContext } from './context.ts';
export {
  type CookieDescription,
  type CookieOptions,
  type CookieOptionsInput,
  clearingAccessCookie,
  cookieNames,
  parseCookieOptions,
  readCookies,
} from './cookies.ts';
export { crossOriginAccess } from './cross-origin-access.ts';
export { describeSession, type SessionView } from './describe-session.ts';
export { formatError, type LatchkeyErrorData, type LogLevel, OUTCOMES, type PublicError, publicError, refuse, responseMeta } from './errors.ts';
export { type AuthenticationDecision, type LatchkeyOptions, type LatchkeySteps, latchkey, latchkeySteps, type Step, sessionOf } from './express.ts';
export { clientAddress, type ForwardedRequest, requestProtocol } from './forwarded.ts';
export { listPolicies, requirePolicies, type StatedPolicy } from './list-policies.ts';
export { type OpenStream, openStream } from './open-stream.ts';
export { type OpenStreams, openStreams } from './open-streams.ts';
export { parseOrigins } from './origin-check.ts';
export type { Policy, PolicyMeta, PublicPolicy, SignedInPolicy } from './policy.ts';
export { latchkeyProcedures, type RestMeta, requirePrincipal } from './procedures.ts';
export type { RequestSession } from './request-session.ts';
export { type SendErrorOptions, sendError } from './send-error.ts';
export { parseStreamLimits, type StreamLimits, type StreamLimitsInput } from './stream-slots.ts';
export { tracedStore } from './tracing.ts';
export { type LatchkeyWebSocketOptions, latchkeyWebSocket } from './websocket.ts';
