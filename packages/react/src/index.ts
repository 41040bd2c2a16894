export { withAntiForgeryToken } from './anti-forgery.ts';
export {
  isLatchkeyRefusal,
  isSessionOver,
  isUnreachable,
  NoAnswerError,
  reasonOf,
  retryAfterSecondsOf,
  statusOf,
} from './api-error.ts';
export type { Connection } from './connection.ts';
export type { HeldCalls } from './held-calls.ts';
export { takeKnownSession } from './known-session.ts';
export { createLatchkey, type Latchkey, type LatchkeyOptions } from './latchkey.ts';
export { latchkeyLink } from './latchkey-link.ts';
export { Protected, RequireRole } from './protected.tsx';
export { LatchkeyProvider } from './provider.tsx';
export { createQueryClient } from './query-client.ts';
export type { RetryOptions } from './retry-link.ts';
export {
  isSessionQuery,
  type Principal,
  personOf,
  type Register,
  type Role,
  type SessionAnswer,
  type SessionState,
  type SignedInAnswer,
  type SignedOutReason,
  sessionKey,
} from './session.ts';
export type { SessionControl } from './session-control.ts';
export { createStore, type Store, useStore } from './store.ts';
export { useReauthentication } from './use-reauthentication.ts';
export { useLatchkey, useSession, useSessionControl, useUser } from './use-session.ts';
