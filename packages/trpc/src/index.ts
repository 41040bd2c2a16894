export { type AccessTokenSource, type EdgeRequest, fromAuthorization, fromCookie, fromHeader, fromQuery } from './access-token-source.ts';
export { type AuthRouterDependencies, authRouter, signInInput } from './auth-router.ts';
export { createLatchkeyContext, type LatchkeyContext } from './context.ts';
export { type CookieDescription, type CookieOptions, type CookieOptionsInput, cookieNames, parseCookieOptions } from './cookies.ts';
export { formatError, type LogLevel, OUTCOMES, type PublicError, publicError, refuse, retryAfter, sendError } from './errors.ts';
export { type AuthenticationDecision, type LatchkeyOptions, type LatchkeySteps, latchkey, latchkeySteps, type Step, sessionOf } from './express.ts';
export { latchkeyProcedures, type RestMeta, requirePrincipal } from './procedures.ts';
export type { RequestSession } from './request-session.ts';
