import type { SessionView } from '@latchkey/trpc';
import type { QueryKey } from '@tanstack/react-query';

/**
 * Declares the roles, the claims and the app's own reasons of errors once, for its whole client.
 *
 * @example
 * ```ts
 * import '@latchkey/react';
 *
 * declare module '@latchkey/react' {
 *   interface Register {
 *     role: 'Admin' | 'User';
 *     claims: { tenantId: string };
 *     reason: 'slug_taken' | 'seats_used_up';
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled in by the app
export interface Register {}

/** A role that the app declares in `Register`; any string if it declares none. */
export type Role = Register extends { role: infer Named extends string } ? Named : string;

/**
 * The reason of an error: one of Latchkey's closed set, or one of the app's own, which it declares
 * in `Register`.
 */
export type ErrorReason =
  | NonNullable<SessionView['reason']>
  | (Register extends { reason: infer Named extends string }
      ? Named
      : string & Record<never, never>);

/** The claims that the app declares in `Register`; of unknown types if it declares none. */
export type Claims = Register extends { claims: infer Named extends object }
  ? Named
  : Readonly<Record<string, unknown>>;

/** The signed-in user and session, as the server's procedures see them. */
export type Principal = Omit<NonNullable<SessionView['principal']>, 'role' | 'claims'> & {
  readonly role: Role;
  readonly claims: Claims;
};

/** The answer of `auth.session`. */
export type SessionAnswer = Omit<SessionView, 'principal' | 'reason'> & {
  readonly principal: Principal | null;
  readonly reason: SignedOutReason;
};

/** An answer of `auth.session` with a principal. */
export type SignedInAnswer = SessionAnswer & { readonly principal: Principal };

/** Why no user is signed in: the server's reason, or one that only this browser knows. */
export type SignedOutReason =
  | SessionView['reason']
  | 'signed_out_here'
  | 'signed_out_elsewhere'
  | 'account_deleted'
  /** The server started a session, but the browser does not send its cookies. */
  | 'cookies_blocked';

/** The state of the session in this tab, as `useSession` returns it. */
export type SessionState =
  | { readonly status: 'pending' }
  /**
   * Asking the server failed at least once without an answer: it is unknown whether a user is
   * signed in.
   */
  | { readonly status: 'unanswered'; readonly error: unknown; readonly retry: () => void }
  | { readonly status: 'signed-out'; readonly reason: SignedOutReason }
  | { readonly status: 'signed-in'; readonly principal: Principal; readonly answer: SignedInAnswer }
  /** The session is over and its page is still shown: the same user may sign in again and go on. */
  | {
      readonly status: 'interrupted';
      readonly principal: Principal;
      readonly answer: SignedInAnswer;
      readonly reason: SignedOutReason;
    };

/**
 * Returns a key that tells one user from another, or null. It contains the role: the same user with
 * another role sees other data.
 *
 * @example
 * import { personOf, useUser } from '@latchkey/react';
 *
 * export const useDraftKey = () => `draft of ${personOf(useUser())}`;
 */
export const personOf = (principal: Principal | null): string | null =>
  principal && `${principal.userId} ${principal.role}`;

/** True if the answer of `auth.session` has a principal. */
export const isSignedIn = (answer: SessionAnswer): answer is SignedInAnswer =>
  answer.principal !== null;

/**
 * Returns the query key of the session in both tRPC integrations of React Query.
 *
 * @param auth the path of the router with Latchkey's procedures, such as `auth`
 */
export const sessionKeyOf = (auth: string): QueryKey => [
  [...auth.split('.'), 'session'],
  { type: 'query' },
];
