/**
 * The session in the browser. {@link createLatchkey} and {@link latchkeyLink} connect a tRPC
 * client; {@link LatchkeyProvider}, {@link Protected} and the hooks show who is signed in. No token
 * is visible to the page: the cookies are `HttpOnly`.
 *
 * @packageDocumentation
 */

export type { CookieDescription, Reason, SessionView } from '@latchkey/trpc';
export {
  isLatchkeyRefusal,
  isSessionOver,
  isUnreachable,
  NoAnswerError,
  reasonOf,
  retryAfterSecondsOf,
  statusOf,
} from './api-error.ts';
export type { AuthPath, SessionProcedure } from './auth-path.ts';
export {
  Protected,
  type ProtectedProps,
  RequireRole,
  type RequireRoleProps,
} from './components/protected.tsx';
export { LatchkeyProvider } from './components/provider.tsx';
export { type Reauthentication, useReauthentication } from './components/use-reauthentication.ts';
export { useLatchkey, useSession, useSessionControl, useUser } from './components/use-session.ts';
export { createLatchkey, type Latchkey, type LatchkeyOptions } from './latchkey.ts';
export { latchkeyLink } from './latchkey-link.ts';
export type { Connection } from './links/connection-link.ts';
export { withCsrfToken } from './links/csrf.ts';
export type { HeldCall, HeldCalls } from './links/held-calls.ts';
export type { RetryOptions } from './links/retry-link.ts';
export type { Transformer, TransportOptions } from './links/transport-link.ts';
export { createQueryClient } from './query-client.ts';
export { takeKnownSession } from './session/known-session.ts';
export {
  type Claims,
  type ErrorReason,
  type Principal,
  personOf,
  type Register,
  type Role,
  type SessionAnswer,
  type SessionState,
  type SignedInAnswer,
  type SignedOutReason,
} from './session/session.ts';
export type { SessionControl } from './session/session-control.ts';
export { createStore, type Store, useStore } from './store.ts';
