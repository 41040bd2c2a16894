/**
 * Sessions for tRPC on Express. An app mounts {@link latchkey}, creates its context with
 * {@link createLatchkeyContext}, its procedures with {@link latchkeyProcedures}, and adds
 * {@link authRouter} to its router.
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
  CookieDescription,
  ErrorSeconds,
  Grant,
  Middleware,
  Principal,
  Reason,
  Refreshed,
  RefreshOutcome,
  RefreshRefusal,
  RequestSession,
  SessionActions,
  SessionLayer,
  StoreUnavailableError,
  User,
} from '@latchkey/http';
export { sessionOf } from '@latchkey/http';
export { type LatchkeyOptions, latchkey } from './latchkey.ts';
export { requirePrincipal } from './procedures/admission.ts';
export { authRouter } from './procedures/auth-router.ts';
export { createLatchkeyContext, type LatchkeyContext } from './procedures/context.ts';
export {
  type AnyReason,
  type FailedCall,
  formatError,
  type LatchkeyErrorData,
  type LatchkeyErrorShape,
  type OwnRefuseOptions,
  type PublicError,
  publicError,
  type RefuseOptions,
  refuse,
  responseMeta,
} from './procedures/errors.ts';
export { listPolicies, requirePolicies, type StatedPolicy } from './procedures/list-policies.ts';
export type {
  CommonPolicy,
  Policy,
  PolicyMeta,
  PublicPolicy,
  RestMeta,
  SignedInAccess,
  SignedInPolicy,
} from './procedures/policy.ts';
export { latchkeyProcedures } from './procedures/procedures.ts';
export { type SendErrorOptions, sendError } from './procedures/send-error.ts';
export { describeSession, type SessionView } from './procedures/session-view.ts';
export {
  type AuthRouterDependencies,
  type ClaimsOf,
  type OwnSignInDependencies,
  type PasswordInput,
  type SignInCaller,
  signInInput,
} from './procedures/sign-in.ts';
