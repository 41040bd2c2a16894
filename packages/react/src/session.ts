import type { SessionView } from '@latchkey/trpc';
import { hashKey, type QueryKey } from '@tanstack/react-query';

/**
 * Names the roles of an app once, for the whole of its client:
 *
 * ```ts
 * declare module '@latchkey/react' { interface Register { role: 'User' | 'Admin' } }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled in by the app
export interface Register {}

export type Role = Register extends { role: infer Named extends string } ? Named : string;

/** Who is signed in, as the server's procedures see it. */
export type Principal = Omit<NonNullable<SessionView['principal']>, 'role'> & {
  readonly role: Role;
};

/** What the server says of this browser's session. */
export type SessionAnswer = Omit<SessionView, 'principal' | 'reason'> & {
  readonly principal: Principal | null;
  readonly reason: SignedOutReason;
};

export type SignedInAnswer = SessionAnswer & { readonly principal: Principal };

/**
 * Why nobody is signed in: the server's reason, or what this browser itself knows to have happened.
 */
export type SignedOutReason =
  | SessionView['reason']
  | 'signed_out_here'
  | 'signed_out_elsewhere'
  | 'account_deleted';

export type SessionState =
  | { readonly status: 'pending' }
  /** No answer yet, and asking failed at least once: nobody knows whether someone is signed in. */
  | { readonly status: 'unanswered'; readonly error: unknown; readonly retry: () => void }
  | { readonly status: 'signed-out'; readonly reason: SignedOutReason }
  | { readonly status: 'signed-in'; readonly principal: Principal; readonly answer: SignedInAnswer }
  /**
   * The session is over, and the page is still there: whoever it belongs to may sign in again over
   * it and go on.
   */
  | {
      readonly status: 'interrupted';
      readonly principal: Principal;
      readonly answer: SignedInAnswer;
      readonly reason: SignedOutReason;
    };

/**
 * Tells one person from the next. The same one with another role sees other things, so that counts
 * as another.
 */
export const personOf = (principal: Principal | null): string | null =>
  principal && `${principal.userId} ${principal.role}`;

export const isSignedIn = (answer: SessionAnswer): answer is SignedInAnswer =>
  answer.principal !== null;

/** The key both tRPC integrations of React Query use for `auth.session`. */
export const sessionKey: QueryKey = [['auth', 'session'], { type: 'query' }];
const sessionHash = hashKey(sessionKey);

export const isSessionQuery = (query: { readonly queryHash: string }): boolean =>
  query.queryHash === sessionHash;
