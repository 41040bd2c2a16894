import type { AnyClaims, Principal } from '@latchkey/core';

/** What every policy states. */
export interface CommonPolicy {
  /**
   * Whether the procedure sets cookies. Then it answers 400, before it does anything, in a streamed
   * batch or over a WebSocket, where cookies would be lost.
   */
  readonly setsCookies: boolean;
}

/** A policy that admits every caller. */
export interface PublicPolicy extends CommonPolicy {
  readonly access: 'public';
  readonly revocation: 'feed';
  readonly maxAuthenticationAgeSeconds: null;
}

/**
 * The signed-in callers that a policy admits: all, those with one of some roles, or those that a
 * predicate accepts.
 */
export type SignedInAccess<Role extends string = string, Claims extends AnyClaims = AnyClaims> =
  | 'signed_in'
  | { readonly roles: readonly Role[] }
  | {
      /** What a caller needs, for refusals and lists of policies: `an open invoice`. */
      readonly needs: string;
      /**
       * Called at each call and, while a subscription is open, whenever its caller has changed.
       * Must not throw.
       */
      allow(principal: Principal<Claims>): boolean;
    };

/** A policy that admits signed-in callers, or only some of them. */
export type SignedInPolicy<
  Role extends string = string,
  Claims extends AnyClaims = AnyClaims,
> = CommonPolicy & {
  readonly access: SignedInAccess<Role, Claims>;
} & (
    | {
        /** A valid access token suffices, unless the revocation feed reports it revoked. */
        readonly revocation: 'feed';
        readonly maxAuthenticationAgeSeconds: null;
      }
    | {
        /** The store is read at each call: session, user and role must still be valid. */
        readonly revocation: 'strict';
        /** How long ago the password may have been given, in seconds; `null` for any time. */
        readonly maxAuthenticationAgeSeconds: number | null;
      }
  );

/**
 * What a procedure requires of its callers: stated once, in the procedure's meta, and enforced from
 * there (docs/decisions/019-a-policy-is-stated-once-and-freshness-is-in-the-session.md).
 */
export type Policy<Role extends string = string> = PublicPolicy | SignedInPolicy<Role>;

/** The part of a procedure's meta that holds its policy. */
export interface PolicyMeta {
  readonly policy?: Policy;
}

/** The plain HTTP route of a procedure, also for the OpenAPI document. */
export type RestMeta = {
  openapi?: {
    method: 'GET' | 'POST';
    path: `/${string}`;
    summary?: string;
    description?: string;
    tags?: string[];
    protect?: boolean;
    errorResponses?: number[];
  };
};
