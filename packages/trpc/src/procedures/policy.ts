interface CommonPolicy {
  /**
   * Whether its answers set cookies: then it refuses, before anything is done, where they would be
   * lost (a streamed batch).
   */
  readonly setsCookies: boolean;
}

/** Anybody. */
export interface PublicPolicy extends CommonPolicy {
  readonly access: 'public';
  readonly revocation: 'feed';
  readonly freshSeconds: null;
}

/** Those who are signed in; by role, only those with it. */
export type SignedInPolicy<Role extends string = string> = CommonPolicy & {
  readonly access: 'signed_in' | { readonly role: Role };
} & (
    | {
        /**
         * A valid access token suffices, unless the revocation feed says that it does not hold any
         * more.
         */
        readonly revocation: 'feed';
        readonly freshSeconds: null;
      }
    | {
        /** The store is asked at each call: session, user and role must hold at this moment. */
        readonly revocation: 'strict';
        /** How long ago the password may have been given, at most; `null` for any time. */
        readonly freshSeconds: number | null;
      }
  );

/**
 * What a procedure asks of its callers. It is stated once, in the procedure's meta, and the same
 * statement is enforced (docs/decisions/019).
 */
export type Policy<Role extends string = string> = PublicPolicy | SignedInPolicy<Role>;

/** Where a procedure keeps its policy. */
export interface PolicyMeta {
  readonly policy?: Policy;
}
